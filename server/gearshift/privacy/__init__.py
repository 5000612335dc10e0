"""The outbound gate: what may leave the machine (`ignore`, `redact`), and the record of it."""
