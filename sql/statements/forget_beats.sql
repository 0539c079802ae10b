-- Forgets every heartbeat; whoever is alive beats again within seconds.
delete from heartbeats
