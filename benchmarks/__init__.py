"""What is measured, and how: `make bench` runs all of it, `make bench NAME=sync` one."""
