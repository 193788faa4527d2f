"""Merge, check and compile the translations, in Python alone.

``merge`` takes locale/parts/*.po into the catalogue, ``check`` says what is missing, and
``compile`` writes the .mo file that Django reads (it is not kept in the repository).
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from tools.extraction import Message, Place, UnreadableMessageError, extract

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
PARTS = Path("locale/parts")
METADATA = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=1; plural=0;",
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|(%[sdif])|\{(\w*)\}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
# A name that is written the same in every language.
SAME_EVERYWHERE = {"linli", "Open311", "E-mail", "GeoJSON", "CSV", "ID"}


def open_catalogue(root: Path = ROOT) -> polib.POFile:
    """Return the Chinese catalogue, an empty one where there is none."""
    path = root / CATALOGUE
    if path.exists():
        return polib.pofile(str(path), wrapwidth=98)
    book = polib.POFile(wrapwidth=98)
    book.metadata = dict(METADATA)
    return book


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    """Return what tells one entry from another: context and text."""
    return (entry.msgctxt or "", entry.msgid)


def translations(entry: polib.POEntry) -> list[str]:
    """Return all Chinese forms of an entry."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a text, sorted: ``%(name)s`` and ``{name}`` by their names."""
    plain = text.replace("%%", "")
    return sorted("".join(groups) for groups in _PLACEHOLDER.findall(plain))


def merge(root: Path = ROOT) -> list[str]:
    """Take all parts into the catalogue; return where two parts disagree (the first one stays).

    A part is newer than the catalogue and wins over it; delete it when it has been merged.
    """
    wanted = {message.key: message for message in extract(root)}
    known = {key_of(entry): entry for entry in open_catalogue(root) if not entry.obsolete}
    newer: dict[tuple[str, str], polib.POEntry] = {}
    clashes = []
    for part in sorted((root / PARTS).glob("*.po")):
        for entry in polib.pofile(str(part)):
            if not any(translations(entry)) or entry.obsolete:
                continue
            first = newer.setdefault(key_of(entry), entry)
            if texts_of(first) != texts_of(entry):
                clashes.append(
                    f"{part.name}: {entry.msgid!r} is {texts_of(first)[0]!r} already,"
                    f" not {texts_of(entry)[0]!r}"
                )
    entries = {**known, **newer}
    write(root, [shaped(entry, wanted.get(key)) for key, entry in entries.items()])
    return clashes


def texts_of(entry: polib.POEntry) -> list[str]:
    """Return the different Chinese forms of an entry that are not empty."""
    return list(dict.fromkeys(filter(None, translations(entry))))


def shaped(entry: polib.POEntry, wanted: Message | None) -> polib.POEntry:
    """Return an entry with the plural the source has, whatever its part said."""
    clean = polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, tcomment=entry.tcomment)
    if wanted is not None:
        clean.flags = ["python-format"] if "%(" in wanted.text else []
    plural = wanted.plural if wanted is not None else entry.msgid_plural
    if plural:
        clean.msgid_plural = plural
        clean.msgstr_plural = {0: next(filter(None, translations(entry)), "")}
    else:
        clean.msgstr = next(filter(None, translations(entry)), "")
    return clean


def write(root: Path, entries: list[polib.POEntry]) -> None:
    """Write the catalogue in the order of its texts, so that two branches merge well."""
    book = polib.POFile(wrapwidth=98)
    book.metadata = dict(METADATA)
    book.extend(sorted(entries, key=key_of))
    path = root / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path))


def _entry_faults(message: Message, entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "is marked fuzzy: read it again and take the mark off"
    for chinese in translations(entry):
        if not chinese.strip():
            yield "has no Chinese"
        elif placeholders(chinese) not in (
            placeholders(message.text),
            placeholders(message.plural or message.text),
        ):
            yield f"has other placeholders in Chinese: {chinese!r}"
        elif not _CHINESE.search(chinese) and chinese == message.text and needs_words(chinese):
            yield "is left in English"


def needs_words(text: str) -> bool:
    """Say whether a text has English words that a Chinese reader would expect in Chinese."""
    bare = _PLACEHOLDER.sub("", text)
    words = re.findall(r"[A-Za-z]{3,}[\w-]*", bare)
    return any(word not in SAME_EVERYWHERE and not word.isupper() for word in words)


def faults_of(found: dict[Message, list[Place]], book: polib.POFile) -> Iterator[str]:
    """Yield every message that a reader would meet in the wrong language, with its place."""
    known = {key_of(entry): entry for entry in book if not entry.obsolete}
    for message, places in found.items():
        if _CHINESE.search(message.text):
            yield f"{places[0]}: {message.text!r} is Chinese; what stands in the source is English"
            continue
        entry = known.get(message.key)
        if entry is None:
            yield f"{places[0]}: {message.text!r} has no Chinese"
            continue
        for fault in _entry_faults(message, entry):
            yield f"{places[0]}: {message.text!r} {fault}"


def unused(found: dict[Message, list[Place]], book: polib.POFile) -> list[str]:
    """Return the texts that stand in no source as a literal."""
    wanted = {message.key for message in found}
    return [entry.msgid for entry in book if key_of(entry) not in wanted]


def check(root: Path = ROOT) -> list[str]:
    """Return every fault of the translations; entries nobody uses are only printed."""
    try:
        found = extract(root)
    except UnreadableMessageError as error:
        return [str(error)]
    book = open_catalogue(root)
    left_over = unused(found, book)
    if left_over:
        print(
            f"{len(left_over)} entries stand in no source: {', '.join(map(repr, left_over[:10]))}"
        )
    return list(faults_of(found, book))


def compile_catalogue(root: Path = ROOT) -> Path:
    """Write the .mo file beside the catalogue, and return its path."""
    target = (root / CATALOGUE).with_suffix(".mo")
    source = root / CATALOGUE
    if target.exists() and source.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    open_catalogue(root).save_as_mofile(str(target))
    return target


def main() -> int:
    """Do what the argument says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["merge", "check", "compile"])
    what = parser.parse_args().what
    if what == "compile":
        compile_catalogue()
        return 0
    if what == "merge":
        for clash in merge():
            print(clash, file=sys.stderr)
        return 0
    faults = check()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
