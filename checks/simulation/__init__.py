"""Scenarios: a program's decisions compared with the expected ones."""
