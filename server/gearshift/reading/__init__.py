"""A process of its own that reads the workspace: parsing holds the interpreter, and would hold up
the event loop of the server."""
