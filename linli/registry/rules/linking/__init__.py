"""Doubtful pairs: rows in a disguise, compared in a process of its own, and the likest of them."""
