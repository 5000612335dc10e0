"""Checks what a model wrote: by comparing it with what was there, and by running it isolated."""
