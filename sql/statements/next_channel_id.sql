-- The id of the next channel: its address is sealed to it before the row is there.
select nextval(pg_get_serial_sequence('alert_channels', 'id')) as id
