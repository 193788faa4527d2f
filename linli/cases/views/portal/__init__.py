"""Pages for the public: report, follow, and the board of totals."""
