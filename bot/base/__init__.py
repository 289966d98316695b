"""Used by all other packages: errors, text, canonical JSON, logs, asyncio helpers."""
