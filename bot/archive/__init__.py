"""Where packets are kept besides Slack: a folder, or a bucket of an S3-compatible store."""
