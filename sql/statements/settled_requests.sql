-- Which of these requests are settled, well or not?
select settled_requests(cast(:ids as uuid[])) as id
