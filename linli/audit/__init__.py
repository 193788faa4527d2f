"""What was done, by whom and when: an append-only chain of events."""
