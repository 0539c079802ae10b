-- Clients: the tenants, each known by the hash of its token.
create table clients (
    id bigint generated always as identity primary key,
    name text not null unique check (name <> ''),
    token_hash bytea not null unique,
    token_preview text not null,
    is_active boolean not null default true,
    manual_sync_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

comment on column clients.token_hash is 'SHA-256 of the bearer token; the token itself is shown once and never stored';
comment on column clients.manual_sync_at is 'when the last manual sync was accepted: one a minute';
