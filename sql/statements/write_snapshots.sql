-- Appends a sync's snapshots; a row that is there already stays as it is.
insert into spend_snapshots (
    sync_id, integration_id, client_id, provider_name, synced_at, status,
    balance, balance_currency, balance_basis, balance_usd,
    usage_today, usage_today_currency, usage_today_basis, usage_today_usd,
    usage_month, usage_month_currency, usage_month_basis, usage_month_usd,
    balance_rate, balance_rate_day, balance_parts,
    usage_today_rate, usage_today_rate_day,
    usage_month_rate, usage_month_rate_day,
    note, error, error_kind, as_of, cycle_start, cycle_end, counted, account, held_back, parked_until, read_seconds
)
select
    :sync_id, integration_id, client_id, provider_name, :synced_at, status,
    balance, balance_currency, balance_basis, balance_usd,
    usage_today, usage_today_currency, usage_today_basis, usage_today_usd,
    usage_month, usage_month_currency, usage_month_basis, usage_month_usd,
    balance_rate, balance_rate_day, balance_parts,
    usage_today_rate, usage_today_rate_day,
    usage_month_rate, usage_month_rate_day,
    note, error, error_kind, as_of, cycle_start, cycle_end, counted, account, held_back, parked_until, read_seconds
from jsonb_to_recordset(cast(:rows as jsonb)) as readings (
    integration_id bigint, client_id bigint, provider_name text, status text,
    balance numeric, balance_currency text, balance_basis text, balance_usd numeric,
    usage_today numeric, usage_today_currency text, usage_today_basis text, usage_today_usd numeric,
    usage_month numeric, usage_month_currency text, usage_month_basis text, usage_month_usd numeric,
    balance_rate numeric, balance_rate_day date, balance_parts jsonb,
    usage_today_rate numeric, usage_today_rate_day date,
    usage_month_rate numeric, usage_month_rate_day date,
    note text, error text, error_kind text, as_of timestamptz, cycle_start date, cycle_end date, counted boolean,
    account text, held_back boolean, parked_until timestamptz, read_seconds numeric
)
on conflict do nothing
