"""The `gearshift` command."""
