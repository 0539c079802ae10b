"""Alerts: what a crossed budget is called, how it is told to a channel, and the sending of what waits to be told."""
