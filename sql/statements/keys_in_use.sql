-- Under which keys are credentials and channels' addresses sealed, and how many of each under each?
select
    split_part(sealed.text, '.', 2) as key_id,
    count(*) filter (where sealed.kind = 'integration') as integrations,
    count(*) filter (where sealed.kind = 'channel') as channels
from (
    select credentials as text, 'integration' as kind
    from integrations
    union all
    select address, 'channel'
    from alert_channels
) as sealed
where sealed.text <> ''
group by key_id
order by key_id
