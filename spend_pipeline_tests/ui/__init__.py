"""Dagster's UI behind its guard, over real sockets."""
