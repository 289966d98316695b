"""The source of truth: one module and one .sql file per table; SQL and psycopg are used nowhere else."""
