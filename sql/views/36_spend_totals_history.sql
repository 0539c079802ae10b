-- What did each client have and spend in all, sync by sync?
create or replace view spend_totals_history as
select
    clients.name as client,
    totals.client_id,
    totals.synced_at,
    syncs.trigger,
    totals.synced,
    totals.failed,
    totals.total_balance as total_balance_usd,
    totals.total_usage_today as total_usage_today_usd,
    totals.total_usage_month as total_usage_month_usd,
    totals.sync_id
from spend_totals as totals
inner join clients
    on clients.id = totals.client_id
inner join syncs
    on syncs.id = totals.sync_id;

comment on view spend_totals_history is 'what each sync''s readings of a client add up to: one row a client and sync; a sync of one provider totals that provider';
comment on column spend_totals_history.client is 'the client''s name';
comment on column spend_totals_history.client_id is 'the client''s id';
comment on column spend_totals_history.synced_at is 'the sync''s clock reading';
comment on column spend_totals_history.trigger is 'manual, schedule, ui or cli; those of the schedule cover every integration';
comment on column spend_totals_history.synced is 'integrations that were read, those without a billing API included';
comment on column spend_totals_history.failed is 'integrations that failed: they add nothing';
comment on column spend_totals_history.total_balance_usd is 'the balances present, in US dollars, each account once';
comment on column spend_totals_history.total_usage_today_usd is 'the spend of the UTC day, likewise';
comment on column spend_totals_history.total_usage_month_usd is 'the spend of the UTC month, likewise';
comment on column spend_totals_history.sync_id is 'the sync''s id';
