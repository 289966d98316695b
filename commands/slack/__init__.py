"""What did a person say? Slack's payloads in, one call to the bot's workflow out."""
