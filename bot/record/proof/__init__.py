"""What proves a record without its database: keys, signatures, checkpoints and exports, and their verification."""
