"""Benchmarks against a baseline, side by side in one run: `make bench`, or `python -m bench ack start` for some of them."""
