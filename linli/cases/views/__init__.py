"""Pages of the cases: load and authorise, form, action, render."""
