"""The tree as the repository's own tests see it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LINLI = ROOT / "linli"

# From the top to the bottom; what stands on one line does not know each other.
LAYERS = (
    {"demo"},
    {"open311"},
    {"cases"},
    {"registry"},
    {"territory"},
    {"web"},
    {"accounts"},
    {"audit"},
    {"storage", "kernel"},
)
# These two are not domains: they have no models, and names of their own inside.
FOUNDATIONS = {"kernel", "storage"}
ABOVE_ALL = {"settings", "urls", "wsgi", "navigation", "__main__", "__init__"}

VOCABULARY = {
    *("admin", "urls", "management", "views", "forms", "jobs", "imports", "actions"),
    *("queries", "policies", "models", "rules"),
}
# What Django itself looks for by name.
OF_DJANGO = {"__init__", "apps", "migrations", "templates", "static", "data", "middleware"}
OF_WEB = {"templatetags", "context_processors"}


def level(label: str) -> int:
    """Return how high a domain stands: 0 is the lowest."""
    for height, labels in enumerate(reversed(LAYERS)):
        if label in labels:
            return height
    raise KeyError(f"{label} has no place in the layers")


def domains() -> list[Path]:
    """Return the folders of all domains that exist."""
    names = set().union(*LAYERS) - FOUNDATIONS
    return [LINLI / name for name in sorted(names) if (LINLI / name).is_dir()]


def modules(root: Path = LINLI) -> list[Path]:
    """Return every Python file of the product."""
    return sorted(root.rglob("*.py"))
