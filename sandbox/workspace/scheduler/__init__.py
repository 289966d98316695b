"""The part of the job system that decides how many jobs may run at once."""
