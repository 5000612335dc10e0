"""The embedded model: pulling, its background process, and the way to it."""
