"""Settings: what can be set (`schema`), read leniently (`parse`), from where (`sources`)."""
