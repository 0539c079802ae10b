-- Currencies: exchange rates by day, and beside each figure the rate it was converted at. Units that are not money, several
-- wallets, billing cycles, and accounts that two integrations share.
create table fx_rates (
    day date not null,
    currency text not null,
    usd numeric not null check (usd > 0),
    fetched_at timestamptz not null default now(),
    primary key (currency, day)
);

comment on table fx_rates is 'the European Central Bank''s reference rates: what one unit was worth in US dollars on a day';

alter table spend_snapshots
    add column balance_rate numeric,
    add column balance_rate_day date,
    add column balance_parts jsonb,
    add column usage_today_rate numeric,
    add column usage_today_rate_day date,
    add column usage_month_rate numeric,
    add column usage_month_rate_day date,
    add column cycle_start date,
    add column cycle_end date,
    add column counted boolean not null default true,
    add column balance_shown numeric generated always as (
        case when balance_currency ~ '^[a-z]' then balance else balance_usd end
    ) stored;

comment on column spend_snapshots.balance_currency is 'an upper-case ISO code, or the lower-case name of a unit that is not money';
comment on column spend_snapshots.balance_parts is 'all wallets, where a balance is held in several currencies';
comment on column spend_snapshots.balance_shown is 'what an answer shows: US dollars, or units that are not money, which no total counts';
comment on column spend_snapshots.cycle_start is 'where the provider counts by billing cycle, the cycle that usage_month is of';
comment on column spend_snapshots.counted is 'false for a second integration of an account: totals count it once';

alter table integrations add column cached_currency text not null default 'USD';

comment on column integrations.cached_currency is 'of cached_balance: USD, or the name of a unit that is not money';
