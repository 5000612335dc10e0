"""The user's ChatGPT plan, through `codex app-server` on this machine; no credential is read."""
