-- Which client has a token with this hash?
select id, name, is_active, token_hash
from clients
where token_hash = :token_hash
