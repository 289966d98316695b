"""The part of the job system that decides how much it takes on."""
