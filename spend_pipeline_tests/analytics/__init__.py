"""What the snapshots tell: views, questions, roll-up and forecast, on a real PostgreSQL."""
