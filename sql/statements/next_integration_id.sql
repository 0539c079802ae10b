-- The next integration's id: its credentials are sealed to it before the row exists.
select nextval(pg_get_serial_sequence('integrations', 'id')) as id
