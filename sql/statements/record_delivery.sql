-- Notes how a delivery went: delivered where there is no error; not tried after all where its channel had failed just before.
update alert_deliveries
set
    delivered_at = case when :tried and cast(:error as text) is null then now() end,
    error = case when :tried then cast(:error as text) else error end,
    attempts = attempts - case when :tried then 0 else 1 end,
    sending_until = null
where id = :id and delivered_at is null
