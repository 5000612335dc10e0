"""The ledger of what was used, rolling windows and their pressure."""
