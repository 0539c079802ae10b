"""Providers that people declare themselves: the files, the catalog, the commands, and a real sync of one."""
