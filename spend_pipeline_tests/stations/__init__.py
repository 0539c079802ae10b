"""The pure stations: figures worked out by hand, and what holds for every input."""
