"""What the snapshots are worth afterwards: spend rolled up by day, a forecast from it, and a picture of it."""
