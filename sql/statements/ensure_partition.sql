-- Makes the month's partition of the snapshots if it is not there.
select ensure_spend_snapshots_partition(:moment)
