"""The edge to the providers against real sockets: whatever a server does, one row fails in time and says why."""
