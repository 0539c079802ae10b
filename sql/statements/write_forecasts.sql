-- Writes what is foreseen.
insert into spend_forecasts (
    day, client_id, provider_name, spent_usd, days_of_history, forecast_usd, low_usd, high_usd
)
select day, client_id, provider_name, spent_usd, days_of_history, forecast_usd, low_usd, high_usd
from jsonb_to_recordset(cast(:rows as jsonb)) as foreseen (
    day date, client_id bigint, provider_name text, spent_usd numeric, days_of_history integer,
    forecast_usd numeric, low_usd numeric, high_usd numeric
)
