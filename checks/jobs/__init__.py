"""Measures of a work queue kept in PostgreSQL tables: one `.py` and one `.sql` per measure."""
