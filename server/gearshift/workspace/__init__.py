"""Open documents, recent edits and the files around them."""
