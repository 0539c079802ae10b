-- Records a balance that a person read elsewhere and answers the integration's id.
update integrations
set
    recorded_balance = :amount,
    recorded_balance_currency = :currency,
    recorded_balance_as_of = :as_of,
    updated_at = now()
where id = :id and deleted_at is null
returning id
