-- What did a client spend on each UTC day of a window, by integration? As the view daily_spend tells it, behind the wall.
select
    day,
    since,
    provider_name,
    integration_id,
    key_label,
    currency,
    spend,
    restated,
    spend_usd,
    restated_usd,
    basis,
    is_partial,
    counted
from visible_spend_by_day(cast(:first as date), cast(:last as date))
where client_id = :client_id
order by day, provider_name, integration_id
