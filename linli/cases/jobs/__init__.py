"""What the clock does: colours, urging, overdue notices, mail, and the loop that runs them."""
