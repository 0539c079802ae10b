"""The endpoint over real sockets, on a real PostgreSQL."""
