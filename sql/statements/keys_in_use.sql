-- Under which keys are credentials sealed, and how many under each?
select split_part(credentials, '.', 2) as key_id, count(*) as integrations
from integrations
where credentials <> ''
group by key_id
order by key_id
