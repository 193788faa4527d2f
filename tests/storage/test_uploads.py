"""What is sent lies nowhere by a name, and a broken request leaves nothing."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadhandler import StopUpload
from django.http.multipartparser import MultiPartParser
from django.test import RequestFactory

from linli.storage.uploads import NamelessFiles

SIGNS = "姓名,电话\n" * 20_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def request() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {"file": SimpleUploadedFile("居民.csv", SIGNS.encode(), "text/csv")}
    return RequestFactory().post("/", sent)


def parsed(handler: NamelessFiles) -> Any:
    asked = request()
    return MultiPartParser(asked.META, asked, [handler]).parse()[1]["file"]


def test_a_large_file_lies_in_no_folder_and_reads_as_it_was_sent(folder: Path) -> None:
    file = parsed(NamelessFiles())
    assert list(folder.iterdir()) == []
    assert (file.name, file.content_type) == ("居民.csv", "text/csv")
    assert file.size == len(SIGNS.encode())
    assert file.read().decode() == SIGNS
    assert os.fstat(file.file.fileno()).st_nlink == 0
    file.close()


def test_what_was_interrupted_is_let_go(folder: Path) -> None:
    class Stops(NamelessFiles):
        def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
            super().receive_data_chunk(raw_data, start)
            raise StopUpload(connection_reset=True)

    handler = Stops()
    asked = request()
    MultiPartParser(asked.META, asked, [handler]).parse()
    assert handler.file.closed
    broken = NamelessFiles()
    broken.upload_interrupted()
    broken.new_file("file", "a.csv", "text/csv", None)
    broken.upload_interrupted()
    assert broken.file.closed


def test_the_server_keeps_large_files_so(settings: Any) -> None:
    assert settings.FILE_UPLOAD_HANDLERS[-1] == "linli.storage.uploads.NamelessFiles"
    assert not any("Temporary" in name for name in settings.FILE_UPLOAD_HANDLERS)
