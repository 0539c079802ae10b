-- Keeps a day's exchange rates; those of a day are final.
insert into fx_rates (day, currency, usd)
select day, currency, usd
from jsonb_to_recordset(cast(:rates as jsonb)) as listed (day date, currency text, usd numeric)
on conflict do nothing
