"""Calculations on data that nobody vouches for: in processes of their own, with limits on time and memory.

What the system under canary answers and what programs leave behind is never parsed, searched or evaluated
in the process that serves people: one list of 16,000 numbers can keep an expression busy for a minute.

`calculator` asks, `program` is what a child process runs. Nothing is imported here, so that a child stays small.
"""
