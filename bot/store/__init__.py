"""The one place of truth: a module and a .sql file a table; SQL and psycopg live nowhere else."""
