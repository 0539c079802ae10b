-- Client tokens: several a client, each until it expires, so that one can be replaced while the other still works.
create table client_tokens (
    id bigint generated always as identity primary key,
    client_id bigint not null references clients (id),
    token_hash bytea not null unique,
    token_preview text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz
);

create index client_tokens_of_client on client_tokens (client_id);

comment on table client_tokens is 'who may call as which client; a token that was revoked expired at that moment';
comment on column client_tokens.token_hash is 'SHA-256 of the bearer token; the token itself is shown once and never stored';
comment on column client_tokens.last_used_at is 'within a minute: a client that asks a thousand times a minute writes it once';

insert into client_tokens (client_id, token_hash, token_preview, created_at)
select id, token_hash, token_preview, updated_at
from clients;

alter table clients
    drop column token_hash,
    drop column token_preview;

create function client_of_token(digest bytea) returns table (
    id bigint, name text, is_active boolean, token_hash bytea
)
language plpgsql security definer as $$
#variable_conflict use_column
begin
    return query
    select clients.id, clients.name, clients.is_active, tokens.token_hash
    from client_tokens as tokens
    inner join clients on clients.id = tokens.client_id
    where
        tokens.token_hash = digest
        and (tokens.expires_at is null or tokens.expires_at > clock_timestamp());
    if found then
        update client_tokens
        set last_used_at = clock_timestamp()
        where id = (
            select tokens.id
            from client_tokens as tokens
            inner join clients on clients.id = tokens.client_id
            where
                tokens.token_hash = digest
                and clients.is_active
                and (tokens.last_used_at is null or tokens.last_used_at < clock_timestamp() - interval '1 minute')
            for update of tokens skip locked
        );
    end if;
end
$$;

comment on function client_of_token is
'the client whose token has this hash, if it has not expired; notes its use once a minute, and writes nothing for any other';
