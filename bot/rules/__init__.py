"""The rules: verdicts, votes, decisions, rollbacks and watches. Pure."""
