"""Archives of packets outside Slack: a folder, or a bucket of an S3-compatible store."""
