"""docs/messages.md: every sentence that people can read, side by side. `make messages` writes it; a test compares."""
