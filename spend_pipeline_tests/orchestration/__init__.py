"""The assets, the schedule, the sensor, recovery and the launcher, through Dagster."""
