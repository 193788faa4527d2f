"""Pages that belong to no domain: preferences, health, the style guide, error pages."""

from linli.web.views.site import health, language, theme
from linli.web.views.styleguide import styleguide, styleguide_cases, styleguide_grids

__all__ = ["health", "language", "styleguide", "styleguide_cases", "styleguide_grids", "theme"]
