-- Says for this transaction whom its questions are about, and as of which moment; empty for all, and for now.
select set_config('spend.client', :client, true), set_config('spend.now', :moment, true)
