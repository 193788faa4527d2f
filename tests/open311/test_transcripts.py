"""Every transcript: this very request gets this very answer."""

import os

import pytest
from django.test import Client

from linli.cases.models import Case
from tests.open311 import transcripts
from tests.open311.transcripts import Transcript

ALL = transcripts.every()


@pytest.mark.django_db
@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize("transcript", ALL, ids=[one.path.stem for one in ALL])
def test_the_answer_is_the_one_in_the_transcript(
    transcript: Transcript, client: Client, key: str
) -> None:
    answer = transcript.send(client, key)
    if os.environ.get("LINLI_WRITE_TRANSCRIPTS") == "1":
        transcript.write(answer)
    assert answer == transcripts.read(transcript.path).answer
    assert Case.objects.count() == answer.startswith("201 ")


def test_there_is_a_transcript_for_every_refusal_code() -> None:
    codes = {one.answer[:3] for one in ALL}
    assert codes == {"200", "201", "400", "403", "404", "405", "415"}
