"""The composition root: builds everything once and owns all mutable state."""
