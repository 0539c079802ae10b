-- Changes what a client may change on its integration, by a JSON object of new values by column, and answers its id.
update integrations
set
    (
        key_label, is_active, is_primary, daily_limit, minute_limit,
        spend_limit_amount, spend_limit_period, spend_limit_action,
        low_balance_amount, low_days_left
    ) = (
        select
            key_label, is_active, is_primary, daily_limit, minute_limit,
            spend_limit_amount, spend_limit_period, spend_limit_action,
            low_balance_amount, low_days_left
        from jsonb_populate_record(integrations, cast(:changes as jsonb))
    ),
    updated_at = now()
where
    id = :id
    and client_id = :client_id
    and deleted_at is null
returning id
