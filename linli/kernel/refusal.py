"""Saying no with a reason the person may read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why something may not be done: a stable code, and a sentence (may be lazy)."""

    code: str
    sentence: object

    def __str__(self) -> str:
        return str(self.sentence)


class Refused(Exception):
    """Raised by an action whose policy said no; nothing was written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal

    def __str__(self) -> str:
        return str(self.refusal)
