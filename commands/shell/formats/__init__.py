"""A report of `canary check`, for a terminal, a pipe, a CI job's summary and a CI server."""
