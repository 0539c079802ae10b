"""Whole syncs while providers fail: what is stored, what is answered, and what is there after they recovered."""
