-- What the endpoint's role may do: all of it, stated anew after every change of the schema or of this file. Everything that
-- belongs to a client is behind a policy as well (see migration 10).
drop owned by {endpoint};

grant usage on schema {schema} to {endpoint};

grant select on schema_migrations, heartbeats to {endpoint};
grant execute on function client_of_token, sealed_credentials_exist, settled_requests, take_permits to {endpoint};

grant select on clients, sync_requests, syncs, spend_snapshots, spend_totals, spend_days, days_to_roll_up, alerts to {endpoint};
grant update (manual_sync_at) on clients to {endpoint};
grant insert on sync_requests to {endpoint};

grant select, insert, update on integrations to {endpoint};
grant usage on sequence integrations_id_seq to {endpoint};

-- It reads with the caller's rights, so behind the same policies. It is a view's neighbour, made after the migrations.
do $$
begin
    if to_regprocedure('visible_spend_by_day(date, date)') is not null then
        grant execute on function visible_spend_by_day, derived_spend_by_day, is_asked to {endpoint};
    end if;
end
$$;
