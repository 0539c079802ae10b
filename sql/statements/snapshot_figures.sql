-- What did a sync's snapshots say, a row each, in USD?
select client_id, provider_name, status, counted, balance_usd, usage_today_usd, usage_month_usd
from spend_snapshots
where sync_id = :sync_id
