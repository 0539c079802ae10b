-- Lets spend_reader use a view or function of ours, and nobody else; where there is no such role, only the owner may.
select grant_to_reader(:name, :kind)
