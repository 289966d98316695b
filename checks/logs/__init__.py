"""Kinds that read logs."""
