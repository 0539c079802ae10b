"""Alerts in words, in the formats of channels, and on their way."""
