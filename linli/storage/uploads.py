"""Refuse what is too large before it fills the disk; keep the rest in files without a name."""

import tempfile
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class RefuseTooLarge(FileUploadHandler):
    """Looks at the announced length only; the handlers after it take the files."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002
        META: dict[str, Any],  # noqa: ARG002, N803
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        """Raise RequestDataTooBig (page 413) for more than LINLI_MOST_REQUEST_BYTES."""
        if content_length > settings.LINLI_MOST_REQUEST_BYTES:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """Hand every piece on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""


class NamelessFiles(FileUploadHandler):
    """Keeps what is too large for memory in files that have no name and go with the process.

    A table of persons would otherwise stay readable in the folder of temporary files when the
    server is killed in the middle of a request.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a file for what comes."""
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - the request closes it

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        """Keep a piece; no handler after this one gets it."""
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """Return the file from its beginning."""
        self.file.seek(0)
        return UploadedFile(
            file=self.file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        """Let go of what came."""
        if hasattr(self, "file"):
            self.file.close()
