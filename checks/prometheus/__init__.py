"""What Prometheus knows: the results of queries, and which alerts are firing."""
