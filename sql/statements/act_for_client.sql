-- Makes the rest of this transaction the endpoint's, on behalf of one client, or of none.
select set_config('role', current_user || '_api', true), set_config('spend.client_id', :client_id, true)
