"""Divisions, grids, their boundaries with dates, and who is posted where and when."""
