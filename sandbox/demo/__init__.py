"""The demo: a local Slack, a system to be judged, and the bot as a process of its own between them."""
