-- From which day on is there anything to roll up? Null where all that is kept is up to date.
select min(from_day) as first
from days_to_roll_up
