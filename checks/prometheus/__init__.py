"""Prometheus: results of queries, and firing alerts."""
