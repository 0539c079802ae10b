-- Which client has a token with this hash that has not expired?
select id, name, is_active, token_hash
from client_of_token(:token_hash)
