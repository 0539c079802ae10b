-- Which budgets are set, of all clients or of one: a row a client over all it has, and a row an integration?
select
    clients.name as client,
    budgets.integration_id,
    budgets.provider_name,
    budgets.key_label,
    budgets.spend_limit_amount,
    budgets.spend_limit_period,
    budgets.spend_limit_action,
    budgets.low_balance_amount,
    budgets.low_days_left
from clients
cross join lateral (
    select
        null::bigint as integration_id,
        null::text as provider_name,
        null::text as key_label,
        clients.spend_limit_amount,
        clients.spend_limit_period,
        'warn' as spend_limit_action,
        clients.low_balance_amount,
        clients.low_days_left
    union all
    select
        id,
        provider_name,
        key_label,
        integrations.spend_limit_amount,
        integrations.spend_limit_period,
        integrations.spend_limit_action,
        integrations.low_balance_amount,
        integrations.low_days_left
    from integrations
    where client_id = clients.id and deleted_at is null
) as budgets
where
    (cast(:client as text) is null or clients.name = :client)
    and num_nonnulls(budgets.spend_limit_amount, budgets.low_balance_amount, budgets.low_days_left) > 0
order by clients.id, budgets.integration_id nulls first
