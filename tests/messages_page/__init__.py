"""docs/messages.md: every sentence that a person can read, side by side. `make messages` writes it, a test compares."""
