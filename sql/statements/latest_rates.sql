-- What is the last known exchange rate of each currency?
select distinct on (currency) currency, usd, day
from fx_rates
order by currency, day desc
