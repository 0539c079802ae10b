-- Sets budgets over all of a client's integrations, by a JSON object of new values by column, and answers its id.
update clients
set
    (spend_limit_amount, spend_limit_period, low_balance_amount, low_days_left) = (
        select spend_limit_amount, spend_limit_period, low_balance_amount, low_days_left
        from jsonb_populate_record(clients, cast(:changes as jsonb))
    ),
    updated_at = now()
where id = :id
returning id
