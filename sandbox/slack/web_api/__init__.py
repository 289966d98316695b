"""Slack's Web API: a table of methods, and a file for each group of them."""
