"""Right and wrong edits through the verifier: what each check catches, what is let through."""
