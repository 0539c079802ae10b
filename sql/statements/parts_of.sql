-- Which syncs is this one divided into, in the order of their clients?
select id
from syncs
where part_of = :whole
order by first_client_id nulls first
