"""The use cases: each reads, asks the pure rules, and writes state, audit event, messages and work in one transaction."""
