"""Doors of the pages, for the domains above; they stand in accounts, whose pages need them too."""

from linli.accounts.views.doors import act_id_of, needs, person_of

__all__ = ["act_id_of", "needs", "person_of"]
