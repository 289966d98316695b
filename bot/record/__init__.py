"""The record and its proof: the audit log's hash chain, packets, checkpoints, and their verification. Pure."""
