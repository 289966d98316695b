"""Slack's Web API: the table of methods, and a file for each family of them."""
