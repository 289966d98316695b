"""Scenarios: what a program decides in them, compared with what it should decide."""
