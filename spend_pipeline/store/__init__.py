"""The edge to PostgreSQL: every statement is a file under `sql/`, named here and run in a transaction."""
