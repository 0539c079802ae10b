-- Which readings failed, when and why, and which of these failures lasts?
create or replace view integration_errors as
select
    clients.name as client,
    snapshots.client_id,
    snapshots.provider_name,
    snapshots.integration_id,
    integrations.key_label,
    snapshots.synced_at as failed_at,
    snapshots.error_kind,
    snapshots.error,
    snapshots.sync_id,
    integrations.deleted_at is null
    and integrations.billing_sync_error is not null
    and integrations.billing_attempted_at = snapshots.synced_at as is_current
from spend_snapshots as snapshots
inner join integrations
    on integrations.id = snapshots.integration_id
inner join clients
    on clients.id = snapshots.client_id
where snapshots.status = 'failed';

comment on view integration_errors is 'every failed reading: one row an integration and sync';
comment on column integration_errors.client is 'the client''s name';
comment on column integration_errors.client_id is 'the client''s id';
comment on column integration_errors.provider_name is 'the provider';
comment on column integration_errors.integration_id is 'the integration''s id';
comment on column integration_errors.key_label is 'the label a person gave it';
comment on column integration_errors.failed_at is 'the sync it failed in';
comment on column integration_errors.error_kind is 'not_configured, refused, busy or unreadable: who can act on it';
comment on column integration_errors.error is 'what was wrong, in one sentence';
comment on column integration_errors.sync_id is 'the sync''s id';
comment on column integration_errors.is_current is 'true where this is the integration''s last reading, so the error lasts';
