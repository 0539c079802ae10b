-- Forgets every heartbeat, which ends every turn, and wakes whoever listens so that it knows; who is alive beats anew.
with forgotten as (
    delete from heartbeats
)

select pg_notify('sync_requested', '')
