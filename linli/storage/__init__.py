"""Where rows are kept: the SQLite library and its write queue."""
