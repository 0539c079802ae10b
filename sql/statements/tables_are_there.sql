-- Is there any table of ours, or of Dagster's?
select exists (select from pg_tables where schemaname in ('public', 'dagster')) as there
