"""What Open311 answers with; nothing here writes."""
