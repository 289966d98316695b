"""Kinds that ask GitHub."""
