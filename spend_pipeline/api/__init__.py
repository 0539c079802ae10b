"""The edge to HTTP. It writes sync requests and waits; it never imports Dagster."""
