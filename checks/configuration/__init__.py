"""The configuration of an environment as its systems have it, and how it differs from the baseline."""
