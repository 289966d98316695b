"""The demo: a local Slack, a sample job system, and the bot as a separate process between them."""
