"""The documentation where people are: the files of `docs/` as web pages, at the endpoint and beside the Dagster UI."""
