-- Takes places at these providers for this connection, as many as are wanted and free: which ones. They end with it.
select
    wanted.provider_name,
    place.number
from jsonb_to_recordset(cast(:wanted as jsonb)) as wanted (
    provider_name text, places integer, at_once integer, held integer[]
)
cross join lateral (
    select number
    from generate_series(1, wanted.at_once) as number
    where
        -- A connection may lock again what it has locked already.
        case
            when number = any(wanted.held) then false
            else pg_try_advisory_lock(hashtext('places at ' || wanted.provider_name), number)
        end
    limit wanted.places
) as place
