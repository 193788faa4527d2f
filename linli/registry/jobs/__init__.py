"""What the clock does in the registry."""
