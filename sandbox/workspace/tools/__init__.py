"""What keeps the code in shape."""
