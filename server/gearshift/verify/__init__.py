"""Checking generated code: syntax, interface, tests in a sandbox."""
