"""Small helpers for a good cup of tea."""
