"""The whole product as its users run it: `spend up` in processes of its own, asked over HTTP."""
