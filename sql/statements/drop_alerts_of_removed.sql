-- Drops the alerts of integrations that were removed longer ago than this many days, with their deliveries.
delete from alerts
using integrations
where
    integrations.id = alerts.integration_id
    and integrations.deleted_at <= now() - make_interval(days => :kept_days)
