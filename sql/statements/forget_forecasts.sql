-- Throws away what was foreseen on these days.
delete from spend_forecasts
where day between :first and :last
