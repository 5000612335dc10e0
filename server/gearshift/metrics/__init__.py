"""Figures for people, made out of the ledger."""
