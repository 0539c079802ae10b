-- Notes that a view or function was made, and from which text.
insert into applied_views (name, kind, place, checksum)
values (:name, :kind, :place, :checksum)
