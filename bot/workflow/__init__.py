"""The use cases: each reads, applies the pure rules, and writes state, audit event, messages and jobs in one transaction."""
