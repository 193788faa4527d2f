"""Reading the registry: these return rows and never write."""
