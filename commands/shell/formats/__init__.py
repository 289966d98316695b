"""Formats of a `canary check` report: for a terminal, a pipe, a CI job's summary and a CI server."""
