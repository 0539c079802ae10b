-- Which integrations fail or have old figures, and how old are they? The worst first.
select
    client,
    provider_name,
    integration_id,
    case
        when error is not null then 'failing'
        when read_at is null then 'never read'
        when age > interval '8 hours' then 'stale'
        else 'fresh'
    end as state,
    read_at,
    round(extract(epoch from age) / 3600, 1) as hours_old,
    consecutive_failures,
    error_kind,
    error,
    resting_until
from current_balances
where is_active and is_asked(client)
order by
    error is null,
    read_at is not null,
    age desc,
    client,
    integration_id
