"""Gearshift: an AI language server for every editor."""

__version__ = "0.1.0"
