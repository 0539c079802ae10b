"""A local server that speaks eight providers' wire formats, for the demo and the tests."""
