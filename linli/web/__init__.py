"""What every page shares: base pages, components, error pages."""
