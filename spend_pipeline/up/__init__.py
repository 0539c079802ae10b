"""`spend up`: every part of the product as a process of its own, watched, restarted, ended together."""
