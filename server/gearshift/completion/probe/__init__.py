"""Which prompt form a model takes best, measured on built-in holes; never run by the server."""
