"""The contract of every provider, held against recorded conversations."""
