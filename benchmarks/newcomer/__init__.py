"""How long a newcomer waits, from nothing to the first ghost text, in a real editor."""
