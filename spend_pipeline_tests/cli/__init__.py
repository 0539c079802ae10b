"""The `spend` command."""
