"""Files that must not be lost: on the disk, whole, before anybody is told so."""

import os
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    write_pieces(path, [data])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file as `write_whole` does, from pieces that need not all be in memory."""
    _make_folder(path.parent)
    part = path.with_name(f".{secrets.token_hex(16)}.part")
    try:
        with part.open("xb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def give_second_name(source: Path, target: Path) -> None:
    """Let a durable file be found under ``target`` too; replaces what an aborted act left there.

    Raises FileNotFoundError when there is no source.
    """
    _make_folder(target.parent)
    part = target.with_name(f".{secrets.token_hex(16)}.part")
    try:
        try:
            part.hardlink_to(source)
        except FileNotFoundError:
            raise
        except OSError:
            # A file system without hard links: copy.
            shutil.copyfile(source, part)
            with part.open("rb") as file:
                os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(target.parent)


def remove_old_folders(rooms: Iterable[Path], before: datetime) -> int:
    """Remove the folders in some rooms that nobody wrote to since ``before``; returns how many."""
    old = []
    for folder in (found for room in rooms for found in room.glob("*/")):
        try:
            if folder.stat().st_mtime < before.timestamp():
                old.append(folder)
        except FileNotFoundError:
            # Somebody confirmed it, or removed it as well.
            continue
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
