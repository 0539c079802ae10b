-- Is there any credential that only the present secret key can open?
select exists (select from integrations where credentials is not null) as sealed
