-- What did these integrations spend on each UTC day? Every rule about deriving spend from readings is here and nowhere else.
--
-- A provider's counters come first. A day's own spend is what its last reading says of today; what came after that reading
-- is what the next day's reading says was spent before its today, less the month at the last reading before:
--     rest of a day = (month - today) at the next day's last reading - month at this day's last reading
-- Whatever lies between two readings is put on the last day before the later one, and `since` names the first day it may
-- be of: so a day's row depends on no reading after the end of the day that follows it, and a window tells the same as
-- all of history. By these rules the days of a month add up to the month's last reading, whatever was missed.
-- Where a provider has no counters, falls of the balance it reports are spend; a rise is a top-up and hides spend.
-- Recorded balances follow from spend and tell none.
-- It reads with the rights of whoever calls. visible_spend_by_day asks it for what is not kept yet, the roll-up for what to keep.
create or replace function derived_spend_by_day(first_day date, last_day date, of_integrations bigint[]) returns table (
    client text,
    client_id bigint,
    provider_name text,
    integration_id bigint,
    key_label text,
    day date,
    since date,
    currency text,
    spend numeric,
    restated numeric,
    spend_usd numeric,
    restated_usd numeric,
    basis text,
    is_partial boolean,
    counted boolean
)
language sql stable
set search_path from current
set jit = off  -- compiling takes longer than a window does
set work_mem = '64MB'
as $$
    -- From which day on an integration is read: two months before the window, for a row looks for the reading before it and
    -- for the start of its month. Where the last counter before the window is a calendar month's, that day and what follows
    -- tell all of it; where there is none, the last balance does.
    with needed as (
        select
            asked.integration_id,
            case
                when counter.synced_at is null
                    then coalesce((balance.synced_at at time zone 'UTC')::date, first_day)
                when counter.usage_month_basis = 'reported' and counter.cycle_start is null
                    then (counter.synced_at at time zone 'UTC')::date
                else first_day - 62
            end as from_day
        from unnest(of_integrations) as asked (integration_id)
        left join lateral (
            select
                snapshots.synced_at,
                snapshots.usage_month_basis,
                snapshots.cycle_start
            from spend_snapshots as snapshots
            where
                snapshots.integration_id = asked.integration_id
                and snapshots.status = 'read'
                and 'reported' in (snapshots.usage_month_basis, snapshots.usage_today_basis)
                and snapshots.synced_at >= (first_day - 62)::timestamp at time zone 'UTC'
                and snapshots.synced_at < first_day::timestamp at time zone 'UTC'
            order by snapshots.synced_at desc
            limit 1
        ) as counter on true
        left join lateral (
            select snapshots.synced_at
            from spend_snapshots as snapshots
            where
                snapshots.integration_id = asked.integration_id
                and snapshots.status = 'read'
                and snapshots.balance_basis = 'reported'
                and snapshots.balance_parts is null
                and snapshots.synced_at >= (first_day - 62)::timestamp at time zone 'UTC'
                and snapshots.synced_at < first_day::timestamp at time zone 'UTC'
            order by snapshots.synced_at desc
            limit 1
        ) as balance on counter.synced_at is null
    ),

    readings as materialized (
        select
            snapshots.integration_id,
            snapshots.synced_at,
            snapshots.counted,
            snapshots.cycle_start,
            snapshots.usage_today,
            snapshots.usage_today_currency,
            snapshots.usage_today_basis,
            snapshots.usage_today_rate,
            snapshots.usage_month,
            snapshots.usage_month_currency,
            snapshots.usage_month_basis,
            snapshots.usage_month_rate,
            snapshots.balance,
            snapshots.balance_currency,
            snapshots.balance_basis,
            snapshots.balance_rate,
            snapshots.balance_parts,
            (snapshots.synced_at at time zone 'UTC')::date as day,
            coalesce(
                snapshots.cycle_start, date_trunc('month', snapshots.synced_at at time zone 'UTC')::date
            ) as period_start,
            coalesce(snapshots.usage_month_currency, snapshots.usage_today_currency) as counter_currency
        from needed
        inner join spend_snapshots as snapshots
            on snapshots.integration_id = needed.integration_id
            and snapshots.synced_at >= needed.from_day::timestamp at time zone 'UTC'
        where
            snapshots.status = 'read'
            and snapshots.synced_at >= (first_day - 62)::timestamp at time zone 'UTC'
            and snapshots.synced_at < (last_day + 2)::timestamp at time zone 'UTC'
    ),

    -- Counters, each with the currency and the period of the day's last one: others of that day cannot be compared with it.
    counters as (
        select
            readings.*,
            case when usage_month_basis = 'reported' then usage_month end as month,
            case
                when usage_today_basis = 'reported' and usage_today_currency = counter_currency then usage_today
            end as today,
            case
                when counter_currency = 'USD' then 1 else coalesce(usage_month_rate, usage_today_rate)
            end as rate,
            last_value(counter_currency) over whole_day as last_currency,
            last_value(period_start) over whole_day as last_period,
            bool_and(counted) over whole_day as counted_all_day
        from readings
        where usage_month_basis = 'reported' or usage_today_basis = 'reported'
        window whole_day as (
            partition by integration_id, day
            order by synced_at
            rows between unbounded preceding and unbounded following
        )
    ),

    -- A row a day: the last reading that knows both counters, else the last that knows one.
    records as (
        select distinct on (integration_id, day)
            *,
            first_value(month) over (
                partition by integration_id, day order by month is null, synced_at
            ) as first_month,
            first_value(synced_at) over (
                partition by integration_id, day order by month is null, synced_at
            ) <= day::timestamp at time zone 'UTC' + interval '15 minutes' as begins_at_midnight
        from counters
        where counter_currency = last_currency and period_start = last_period
        order by integration_id, day, num_nulls(month, today), month is null, synced_at desc
    ),

    -- What the period had spent before the day, and what the day's own readings say it spent.
    split as (
        select
            *,
            case
                when day = period_start then 0
                when today is not null then month - today
                else first_month
            end as before,
            case
                when day = period_start then greatest(month, today)
                when today is not null then today
                else month - first_month
            end as own,
            case
                when day = period_start and cycle_start is null then least(month - today, 0) else 0
            end as own_restated,
            today is not null or day = period_start or begins_at_midnight as is_exact,
            sum(case when month is null then today else 0 end) over (
                partition by integration_id, period_start order by day
            ) as told_without_month
        from records
    ),

    chained as (
        select
            *,
            lag(day) over earlier as previous_day,
            lag(month) over earlier as previous_month,
            lag(told_without_month) over earlier as previous_told,
            lag(counter_currency) over earlier as previous_currency
        from split
        where month is not null
        window earlier as (partition by integration_id, period_start order by day)
    ),

    balances as (
        select
            readings.*,
            lag(balance) over earlier as previous_balance,
            lag(balance_currency) over earlier as previous_currency,
            lag(day) over earlier as previous_day,
            min(synced_at) over (partition by integration_id, day)
            <= day::timestamp at time zone 'UTC' + interval '15 minutes' as begins_at_midnight
        from readings
        where balance_basis = 'reported' and balance_parts is null
        window earlier as (partition by integration_id order by synced_at)
    ),

    -- Days that only a balance tells of: no counter on it, nor in the sixty days before.
    balance_days as (
        select *
        from balances
        where
            not exists (
                select
                from records
                where
                    records.integration_id = balances.integration_id
                    and records.day between balances.day - 60 and balances.day
            )
    ),

    rests as (
        select
            chained.*,
            day - 1 as put_on,
            coalesce(previous_day, period_start) as first_day_of_rest,
            case
                when previous_day is null and period_start < day - 60 then null
                when previous_day is null and exists (
                    select
                    from balance_days
                    where
                        balance_days.integration_id = chained.integration_id
                        and balance_days.day >= chained.period_start
                        and balance_days.day < chained.day
                ) then null
                when previous_day is not null and (previous_day < day - 60 or previous_currency <> counter_currency)
                    then null
                else
                    before - coalesce(previous_month, 0)
                    - (told_without_month - coalesce(previous_told, 0))
            end as rest
        from chained
        where day > period_start
    ),

    by_counters as (
        select
            coalesce(own.integration_id, rests.integration_id) as integration_id,
            coalesce(own.day, rests.put_on) as day,
            case when rests.rest is null then own.day else least(own.day, rests.first_day_of_rest) end as since,
            coalesce(own.counter_currency, rests.counter_currency) as currency,
            coalesce(own.own, 0) + greatest(rests.rest, 0) as spend,
            coalesce(own.own_restated, 0) + least(rests.rest, 0) as restated,
            case when own.own is null then 0 else own.own * own.rate end
            + case when rests.rest is null then 0 else greatest(rests.rest, 0) * rests.rate end as spend_usd,
            case when own.own is null then 0 else own.own_restated * own.rate end
            + case when rests.rest is null then 0 else least(rests.rest, 0) * rests.rate end as restated_usd,
            case
                when own.today is null or own.own <> own.today or rests.rest <> 0 then 'derived' else 'reported'
            end as basis,
            rests.rest is null
            or not rests.is_exact
            or rests.first_day_of_rest < rests.put_on
            or not coalesce(own.is_exact, true) as is_partial,
            coalesce(own.counted_all_day, rests.counted_all_day) as counted
        from split as own
        full join rests
            on rests.integration_id = own.integration_id
            and rests.put_on = own.day
        where num_nonnulls(own.own, rests.rest) > 0
    ),

    -- What lies between two balances, put on the day of the later one or, across midnight, on the day before it.
    falls as (
        select
            integration_id,
            case when previous_day = day then day else day - 1 end as put_on,
            previous_day,
            previous_day < day as crosses_midnight,
            begins_at_midnight,
            balance_currency as currency,
            case when previous_currency = balance_currency then previous_balance - balance end as fall,
            case when balance_currency = 'USD' then 1 else balance_rate end as rate,
            counted,
            last_value(balance_currency) over (
                partition by integration_id, case when previous_day = day then day else day - 1 end
                order by synced_at
                rows between unbounded preceding and unbounded following
            ) as last_currency
        from balance_days
        where previous_day >= day - 60
    ),

    by_balance as (
        select
            falls.integration_id,
            falls.put_on as day,
            min(least(falls.previous_day, falls.put_on)) as since,
            max(falls.last_currency) as currency,
            sum(greatest(falls.fall, 0)) filter (where falls.currency = falls.last_currency) as spend,
            0::numeric as restated,
            sum(greatest(falls.fall, 0) * falls.rate) filter (where falls.currency = falls.last_currency) as spend_usd,
            0::numeric as restated_usd,
            'derived' as basis,
            bool_or(falls.fall is null or falls.fall < 0 or falls.currency <> falls.last_currency)
            or not bool_or(falls.crosses_midnight)
            or bool_or(falls.crosses_midnight and not falls.begins_at_midnight)
            or min(falls.previous_day) < falls.put_on
            or not coalesce(bool_and(opening.begins_at_midnight), false) as is_partial,
            bool_and(falls.counted) as counted
        from falls
        left join (select distinct integration_id, day, begins_at_midnight from balance_days) as opening
            on opening.integration_id = falls.integration_id
            and opening.day = falls.put_on
        group by falls.integration_id, falls.put_on
        having count(*) filter (where falls.fall >= 0 and falls.currency = falls.last_currency) > 0
    )

    select
        clients.name,
        clients.id,
        integrations.provider_name,
        integrations.id,
        integrations.key_label,
        days.day,
        days.since,
        days.currency,
        days.spend,
        days.restated,
        days.spend_usd,
        days.restated_usd,
        days.basis,
        days.is_partial,
        days.counted
    from (
        select * from by_counters
        union all
        select * from by_balance
    ) as days
    inner join integrations
        on integrations.id = days.integration_id
    inner join clients
        on clients.id = integrations.client_id
    where days.day between first_day and last_day
$$;

comment on function derived_spend_by_day is
'what integrations spent on each UTC day of a window, as derived from those of their readings that the caller may see';
