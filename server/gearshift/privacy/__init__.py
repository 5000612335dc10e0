"""The outbound gate: ignore rules, redaction, audit."""
