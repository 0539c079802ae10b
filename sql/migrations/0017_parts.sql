-- An automatic sync in parts: each is a sync of its own, of the clients whose ids lie between two, in its own run.
alter table syncs
add column part_of uuid,
add column first_client_id bigint,
add column last_client_id bigint;

create index syncs_in_parts on syncs (part_of) where part_of is not null;

comment on column syncs.part_of is 'what its parts have in common; null where a sync is not in parts';
comment on column syncs.first_client_id is 'where its clients begin; null is with the first there is';
comment on column syncs.last_client_id is 'where its clients end, inclusive; null is with the last there is, newly added ones as well';

create or replace function integrations_in_scope(of_sync uuid) returns setof integrations
language sql stable as $$
    select integrations.*
    from syncs
    inner join integrations
        on integrations.provider_name = any(syncs.provider_names)
        and (syncs.client_id is null or integrations.client_id = syncs.client_id)
        and integrations.client_id >= coalesce(syncs.first_client_id, 0)
        and integrations.client_id <= coalesce(syncs.last_client_id, 9223372036854775807)
    inner join clients
        on clients.id = integrations.client_id
        and clients.is_active
    where
        syncs.id = of_sync
        and integrations.is_active
        and integrations.deleted_at is null
        and (
            syncs.trigger <> 'manual'
            or exists (
                select
                from sync_requests
                where
                    sync_requests.sync_id = of_sync
                    and sync_requests.client_id = integrations.client_id
                    and coalesce(sync_requests.provider_name, integrations.provider_name) = integrations.provider_name
            )
        )
$$;

comment on function integrations_in_scope is 'the active integrations a sync is to read: of all, of one client, of a range of clients, or of whoever requested it';
