-- Which client has this name?
select id, name, is_active
from clients
where name = :name
