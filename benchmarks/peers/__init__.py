"""Those compared, one module each: reads N accounts of a provider, keeps what it read, prints its own time and rows."""
