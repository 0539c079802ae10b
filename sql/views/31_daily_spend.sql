-- What was spent on each UTC day, by integration, in all of history? For a window of it, ask spend_by_day(first, last).
create or replace view daily_spend as
select *
from spend_by_day('-infinity', 'infinity');

comment on view daily_spend is 'spend by UTC day: one row an integration and day of which something is known; as derived from the snapshots, also while the day goes on';
comment on column daily_spend.client is 'the client''s name';
comment on column daily_spend.client_id is 'the client''s id';
comment on column daily_spend.provider_name is 'the provider';
comment on column daily_spend.integration_id is 'the integration''s id';
comment on column daily_spend.key_label is 'the label a person gave it';
comment on column daily_spend.day is 'the UTC day';
comment on column daily_spend.since is 'the first day that spend may be of: before day where syncs were missed or begin in the middle of a month';
comment on column daily_spend.currency is 'an upper-case ISO code, or the lower-case name of a unit that is not money: never add those to money';
comment on column daily_spend.spend is 'what was spent, in currency; never negative; at least this much where is_partial';
comment on column daily_spend.restated is 'by how much the provider lowered what it had said was spent: 0 or negative; spend + restated adds up to its month';
comment on column daily_spend.spend_usd is 'spend in US dollars, at the rates of its readings; null where it is not money or no rate is known';
comment on column daily_spend.restated_usd is 'restated in US dollars';
comment on column daily_spend.basis is 'reported: the day''s last reading said so, and nothing was spent after it that another shows; derived: from differences between readings';
comment on column daily_spend.is_partial is 'true where something may be missing or be of another day: the day goes on, a sync was missed, a top-up hid spend, the month ended after the last reading';
comment on column daily_spend.counted is 'false for a second integration of an account that another one reads: leave it out of sums';
