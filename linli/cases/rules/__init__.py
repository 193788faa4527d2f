"""The rules of a case as plain Python: workflow, deadlines, text, personal numbers."""
