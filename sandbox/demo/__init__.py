"""The demo: a local Slack, a sample job system, and the bot as a separate process that connects them."""
