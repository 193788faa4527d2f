"""Transcripts: what a client sends and what it gets, byte for byte.

A file holds a request and, after a line of ``====``, its answer. KEY stands for the key. Started
with LINLI_WRITE_TRANSCRIPTS=1 the tests write the answers anew, for a person to read.
"""

from dataclasses import dataclass
from pathlib import Path

from django.http import HttpResponse
from django.test import Client

FOLDER = Path(__file__).resolve().parent / "transcripts"
_BREAK = "\n====\n"
_SHOWN = ("Content-Type", "Content-Language", "Allow", "Link", "Retry-After")


@dataclass(frozen=True)
class Transcript:
    """One request and its answer."""

    path: Path
    method: str
    address: str
    headers: dict[str, str]
    body: str
    answer: str

    def send(self, client: Client, key: str) -> str:
        """Send the request; return the answer as a transcript spells it."""
        headers = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in self.headers.items()}
        content_type = headers.pop("HTTP_CONTENT_TYPE", "application/x-www-form-urlencoded")
        response = client.generic(
            self.method,
            self.address.replace("KEY", key),
            self.body.replace("KEY", key).encode(),
            content_type,
            **headers,  # type: ignore[arg-type]
        )
        return spelled(response)

    def write(self, answer: str) -> None:
        """Replace the answer in the file."""
        asked = self.path.read_text(encoding="utf-8").split(_BREAK, 1)[0]
        self.path.write_text(f"{asked}{_BREAK}{answer}\n", encoding="utf-8")


def spelled(response: HttpResponse) -> str:
    """Return status, headers that are promised, and body."""
    lines = [f"{response.status_code} {response.reason_phrase}"]
    lines += [f"{name}: {response[name]}" for name in _SHOWN if response.has_header(name)]
    return "\n".join([*lines, "", response.content.decode()])


def read(path: Path) -> Transcript:
    """Read one file."""
    asked, _bar, answer = path.read_text(encoding="utf-8").partition(_BREAK)
    head, _gap, body = asked.partition("\n\n")
    first, *headers = head.split("\n")
    method, address = first.split(" ", 1)
    named = dict(line.split(": ", 1) for line in headers)
    # A form is written one field a line, so that a person can read it.
    return Transcript(path, method, address, named, body.replace("\n", ""), answer.rstrip("\n"))


def every() -> list[Transcript]:
    """Return all transcripts, by name."""
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]
