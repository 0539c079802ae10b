-- Accounts: the provider's own id of the account that an integration's figures are of, so that another one is noticed.
alter table spend_snapshots add column account text;
alter table integrations add column account text;

comment on column spend_snapshots.account is 'as the provider names it; null where it does not';
comment on column integrations.account is 'of the first reading that told one: a key of another account is another integration';
