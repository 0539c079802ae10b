"""Dagster's UI, served behind a guard: it has no login of its own and takes orders from any web page."""
