-- Is there any credential that only the present secret key can open?
select sealed_credentials_exist() as sealed
