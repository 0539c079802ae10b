"""The edge to the providers: one client, the shapes of a question, how it is signed and paged."""
