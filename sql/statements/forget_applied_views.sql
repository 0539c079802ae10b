-- Forgets which views were applied: those that are now follow at once.
delete from applied_views
