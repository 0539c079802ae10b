-- Which of these requests are settled, well or not?
select id
from sync_requests
where id = any(cast(:ids as uuid[])) and status in ('done', 'failed')
