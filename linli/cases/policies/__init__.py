"""Who may do what to which case, and if not, why not in words the person may read."""

from linli.cases.policies.facts import Facts
from linli.cases.policies.refusing import may_ever, refuse
from linli.cases.policies.scopes import Who, may_see, visible_to

__all__ = ["Facts", "Who", "may_ever", "may_see", "refuse", "visible_to"]
