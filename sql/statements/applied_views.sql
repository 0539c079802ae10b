-- Which views and functions of sql/views does the database have, in the order they were made?
select name, kind, checksum
from applied_views
order by place
