"""Taking files into the registry: runs, records, doubles, and taking an import back."""

from linli.registry.actions.importing.control import cancel, progress_of
from linli.registry.actions.importing.runs import Order
from linli.registry.actions.importing.undoing import Left, Undone, undo_import
from linli.registry.models import MIXED

__all__ = ["MIXED", "Left", "Order", "Undone", "cancel", "progress_of", "undo_import"]
