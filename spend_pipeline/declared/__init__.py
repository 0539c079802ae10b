"""Providers that people declare themselves, in TOML files: the same `Provider` as a built-in one, and as strict."""
