-- Which budgets were crossed, when and by how much, and did whoever is to be told of it hear?
create or replace view budget_alerts as
select
    clients.name as client,
    alerts.client_id,
    alerts.id as alert_id,
    integrations.provider_name,
    alerts.integration_id,
    integrations.key_label,
    alerts.kind,
    alerts.period,
    alerts.period_start,
    alerts.action,
    alerts.threshold,
    alerts.figure,
    alerts.ended_at is null as is_open,
    alerts.fired_at,
    alerts.ended_at,
    alerts.ended_because,
    alerts.ended_figure,
    told.delivered,
    told.undelivered,
    told.error
from alerts
inner join clients
    on clients.id = alerts.client_id
left join integrations
    on integrations.id = alerts.integration_id
left join lateral (
    select
        count(*) filter (where delivered_at is not null) as delivered,
        count(*) filter (where delivered_at is null) as undelivered,
        (array_agg(deliveries.error order by attempted_at desc) filter (where deliveries.error is not null))[1] as error
    from alert_deliveries as deliveries
    where deliveries.alert_id = alerts.id
) as told on true;

comment on view budget_alerts is 'budgets that were crossed: one row a crossing, open until the figure is back, a new period begins, or nobody watches it';
comment on column budget_alerts.client is 'the client''s name';
comment on column budget_alerts.client_id is 'the client''s id';
comment on column budget_alerts.alert_id is 'the alert''s id';
comment on column budget_alerts.provider_name is 'the provider; null where the budget is over all that the client has';
comment on column budget_alerts.integration_id is 'the integration''s id; null likewise';
comment on column budget_alerts.key_label is 'the label a person gave it';
comment on column budget_alerts.kind is 'spend_limit, low_balance or low_days_left';
comment on column budget_alerts.period is 'daily or monthly, of a spend limit';
comment on column budget_alerts.period_start is 'the first UTC day of the period whose spend went above the limit';
comment on column budget_alerts.action is 'warn or block: what a gateway is to do above a spend limit';
comment on column budget_alerts.threshold is 'the budget when it was crossed, in US dollars or days';
comment on column budget_alerts.figure is 'what was spent or left when it was crossed, in US dollars or days';
comment on column budget_alerts.is_open is 'true until it ended';
comment on column budget_alerts.fired_at is 'when a sync saw it';
comment on column budget_alerts.ended_at is 'when a sync saw that it is over; null while it is open';
comment on column budget_alerts.ended_because is 'recovered, new_period, or not_watched: the budget or the integration is gone or switched off';
comment on column budget_alerts.ended_figure is 'what was spent or left then; null where that is not known';
comment on column budget_alerts.delivered is 'messages that arrived, of its firing and its end';
comment on column budget_alerts.undelivered is 'messages that wait or were given up';
comment on column budget_alerts.error is 'why the last one that failed did';
