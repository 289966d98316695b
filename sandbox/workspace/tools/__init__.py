"""Tools for the code in this repository."""
