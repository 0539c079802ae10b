-- Rolls up spend by day from the snapshots, once more.
insert into spend_days (
    integration_id, client_id, day, since, currency, spend, restated, spend_usd, restated_usd, basis, is_partial, counted
)
select
    integration_id, client_id, day, since, currency, spend, restated, spend_usd, restated_usd, basis, is_partial, counted
from derived_spend_by_day(:first, :last, array(select id from integrations))
