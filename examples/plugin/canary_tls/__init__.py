"""A kind of check for canary: how long a certificate is still valid."""
