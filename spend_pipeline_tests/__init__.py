"""Every test is a sentence about behaviour."""
