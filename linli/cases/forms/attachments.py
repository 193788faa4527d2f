"""Fields that take files; each is examined while the form is checked, and waits on the disk.

``cleaned_data`` holds ``actions.attachments.Ready``, so a form that comes back with another error
has lost nothing: it names the waiting files by signed tokens.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from linli.cases.actions.attachments import WAITING_HOURS, Ready, Upload, is_waiting, make_ready
from linli.cases.policies.attachments import endings_of, limits, taken_in_words
from linli.kernel.refusal import Refused

_SALT = "waiting-file"


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each examined; cleans to a list of Ready.

    Its hint begins with what is taken, from the list by which the files are judged.
    """

    def __init__(self, *, most: int, only_pictures: bool = False, **options: Any) -> None:
        self.most, self.only_pictures = most, only_pictures
        allowed = limits(only_pictures=only_pictures)
        attrs = {"data_max_bytes": allowed.size, "accept": endings_of(allowed)}
        said = options.pop("help_text", "")
        options["help_text"] = lazy(taken_in_words, str)(allowed, said)
        super().__init__(widget=ManyFiles(attrs=attrs), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Ready]:  # noqa: ARG002
        """Examine the files; the errors of all of them are told at once."""
        files = [file for file in data or () if isinstance(file, UploadedFile)]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > self.most:
            raise ValidationError(_("Choose %(n)d files at most.") % {"n": self.most}, code="many")
        ready, faults = [], []
        for file in files:
            try:
                upload = Upload(file.name or "", file)
                ready.append(make_ready(upload, only_pictures=self.only_pictures))
            except Refused as refused:
                faults.append(str(refused.refusal))
        if faults:
            raise ValidationError([ValidationError(fault) for fault in faults])
        return ready


def token_of(ready: Ready) -> str:
    """Return a signed name of a waiting file, for a hidden field."""
    return signing.dumps({**asdict(ready), "id": ready.id.hex}, salt=_SALT, compress=True)


def ready_of(token: str) -> Ready | None:
    """Return the waiting file of a token; None if it is not ours, or too old."""
    try:
        facts: Mapping[str, Any] = signing.loads(token, salt=_SALT, max_age=WAITING_HOURS * 3600)
    except signing.BadSignature:
        return None
    return Ready(**{**facts, "id": uuid.UUID(facts["id"])})


def waiting_files(data: Mapping[str, Any], name: str = "waiting") -> list[Ready]:
    """Return the files that a form sent before names, those left out that a person took away."""
    if not isinstance(data, MultiValueDict):
        return []
    dropped = set(data.getlist(f"{name}-drop"))
    found = (ready_of(token) for token in dict.fromkeys(data.getlist(name)))
    return [ready for ready in found if ready is not None and ready.id.hex not in dropped]


def still_there(files: Sequence[Ready]) -> list[Ready]:
    """Return the files that can still be shown."""
    return [ready for ready in files if is_waiting(ready)]
