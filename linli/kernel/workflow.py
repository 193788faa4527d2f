"""A workflow is one table keyed by the verb, so that who and why are not lost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)
P = TypeVar("P", bound=StrEnum)


@dataclass(frozen=True)
class Step(Generic[S, V, P]):
    """One verb: from which states it may be done, where it leads, and what it needs.

    ``target`` None means the state stays. ``needs`` None means that no permission of a
    person who works here is asked: the reporter or the clock does it.
    """

    verb: V
    sources: frozenset[S]
    target: S | None
    needs: P | None = None


class ForbiddenStepError(Exception):
    """The verb may not be done from this state."""


@dataclass(frozen=True)
class Workflow(Generic[S, V, P]):
    """All steps of one thing, at most one a verb."""

    steps: tuple[Step[S, V, P], ...]
    _by_verb: dict[V, Step[S, V, P]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table = {step.verb: step for step in self.steps}
        if len(table) != len(self.steps):
            raise ValueError("a verb stands twice in the workflow")
        object.__setattr__(self, "_by_verb", table)

    def __iter__(self) -> Iterator[Step[S, V, P]]:
        return iter(self.steps)

    def step(self, verb: V) -> Step[S, V, P]:
        """Return the step of a verb; KeyError if the table has none."""
        return self._by_verb[verb]

    def allows(self, verb: V, state: S) -> bool:
        """Say whether the verb may be done from this state."""
        return state in self._by_verb[verb].sources

    def target(self, verb: V, state: S) -> S:
        """Return the state after the verb; ForbiddenStepError if it may not be done."""
        step = self._by_verb[verb]
        if state not in step.sources:
            raise ForbiddenStepError(f"{verb} from {state}")
        return step.target if step.target is not None else state

    def verbs_from(self, state: S) -> Iterable[V]:
        """Yield the verbs that may be done from a state, in the order of the table."""
        return (step.verb for step in self.steps if state in step.sources)

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram; verbs that stay are listed beneath."""
        arrows = (
            f"    {source} --> {step.target}: {step.verb}"
            for step in self.steps
            if step.target is not None
            for source in sorted(step.sources)
        )
        return "\n".join(("stateDiagram-v2", *arrows))
