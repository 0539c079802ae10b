-- Drops the snapshots of whole months before the month of a moment, and names their partitions.
select partition_name
from drop_spend_snapshots_before(:moment) as partition_name
