"""What is wrong with a request."""

from dataclasses import dataclass


@dataclass
class Fault(Exception):
    """The HTTP code and a sentence in the language of whoever asked."""

    code: int
    sentence: str
