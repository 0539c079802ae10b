-- Throws away what was rolled up for these days.
delete from spend_days
where day between :first and :last
