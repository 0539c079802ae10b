-- Which providers do active integrations name that are none of the declared ones?
select distinct provider_name
from integrations
where
    is_active
    and deleted_at is null
    and provider_name <> all(:declared)
order by provider_name
