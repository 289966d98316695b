"""The configuration of an environment in its systems, and how it differs from the baseline."""
