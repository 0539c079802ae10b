-- Gives places at providers back.
select pg_advisory_unlock(hashtext('places at ' || given.provider_name), given.number)
from jsonb_to_recordset(cast(:places as jsonb)) as given (provider_name text, number integer)
