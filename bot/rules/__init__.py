"""What is decided, and on what: verdicts, votes, decisions, rollbacks and watches. Pure."""
