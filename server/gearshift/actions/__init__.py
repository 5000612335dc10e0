"""Heavy actions, one file each, and the loop that drafts, verifies and repairs."""
