"""What the sandbox promises, checked over real sockets."""
