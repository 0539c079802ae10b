-- Adds an integration under the id its credentials were sealed to.
insert into integrations (id, client_id, provider_name, key_label, credentials, key_preview)
overriding system value
values (:id, :client_id, :provider_name, :key_label, :credentials, cast(:key_preview as jsonb))
