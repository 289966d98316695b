"""What is kept of it, and what proves it: the audit log's chain, packets, checkpoints, and their verification. Pure."""
