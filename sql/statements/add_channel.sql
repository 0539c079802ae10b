-- Adds a channel under the id its address was sealed to.
insert into alert_channels (id, client_id, kind, label, address, preview)
overriding system value
values (:id, :client_id, :kind, :label, :address, :preview)
