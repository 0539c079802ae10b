-- Adds an integration under the id its credentials were sealed to.
insert into integrations (
    id, client_id, provider_name, key_label, credentials, key_preview,
    is_primary, daily_limit, minute_limit, spend_limit_amount, spend_limit_period, spend_limit_action,
    low_balance_amount, low_days_left
)
overriding system value
values (
    :id, :client_id, :provider_name, :key_label, :credentials, cast(:key_preview as jsonb),
    :is_primary, :daily_limit, :minute_limit, :spend_limit_amount, :spend_limit_period, :spend_limit_action,
    :low_balance_amount, :low_days_left
)
