-- Takes permits to ask these providers, as many as are wanted and there; where none is, in how many seconds there is one.
select
    wanted.provider_name,
    taken.permits,
    taken.wait_seconds
from (
    select *
    from jsonb_to_recordset(cast(:wanted as jsonb)) as wanted (
        provider_name text, permits integer, size integer, a_second numeric, kept integer
    )
    order by provider_name  -- two that want the same ones do not wait for each other in a circle
) as wanted
cross join lateral take_permits(
    wanted.provider_name, wanted.permits, wanted.size, wanted.a_second, wanted.kept
) as taken
