"""Evaluates untrusted data in child processes, with limits on time and memory.

Responses of systems under test and output of programs are never parsed, searched or evaluated in the bot's own
process: an expression over a list of 16,000 numbers can take a minute.

`calculator` sends requests, `program` runs in a child process. This module imports nothing, so that a child stays
small.
"""
