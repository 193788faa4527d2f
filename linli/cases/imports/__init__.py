"""Reading what comes from elsewhere: category tables, calendars, cases of other systems."""
