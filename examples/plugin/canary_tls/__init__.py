"""A check of canary: how long a certificate is still valid."""
