"""Keys rotate while the servers run: everything opens before, between and after."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone

from linli.accounts.rules.roles import Role
from linli.audit.models import Event, Quarantined
from linli.cases.actions.contacts import open_contact, query_code
from linli.cases.models import ReporterContact
from linli.kernel.ids import new_id
from linli.kernel.keyfile import LiveKeyring, version_of
from linli.kernel.refusal import Refused
from linli.kernel.sealing import make_keyring_file
from linli.registry.actions import indexes, keys
from linli.registry.actions.indexes import count_indexed, replace_indexes
from linli.registry.actions.keys import forget_old_keys, rotate_keys, sealed_tables
from linli.registry.actions.sealing import index_of, opened
from linli.registry.models import Resident
from tests.factories import NOW, make_case, make_person
from tests.registry.ground import Registry

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, settings: Any) -> Path:
    """Give the test a key file of its own."""
    path = tmp_path / "keys.json"
    make_keyring_file(path)
    settings.LINLI_KEY_FILE = path
    settings.LINLI_KEYRING = LiveKeyring(path)
    return path


def rotate(at: Any = NOW, **more: Any) -> keys.Rotation:
    return rotate_keys(by=None, at=at, act_id=new_id(), **more)


def forget(at: Any = LATER) -> keys.Rotation:
    return forget_old_keys(by=None, at=at, act_id=new_id())


def versions() -> set[int]:
    return {
        version_of(bytes(wrapped))
        for model in sealed_tables()
        for wrapped in model._default_manager.values_list("wrapped_key", flat=True)  # type: ignore[misc]
    }


@pytest.fixture
def resident() -> Resident:
    made: Resident = Registry.made().resident()
    return made


def test_every_table_with_keys_of_its_own_is_known() -> None:
    names = {model._meta.db_table for model in sealed_tables()}
    assert {"registry_resident", "registry_organisation", "registry_assistance"} <= names
    assert {"cases_reportercontact", "audit_quarantined"} <= names


def test_rotating_brings_rows_of_all_domains_under_the_new_key(resident: Resident) -> None:
    case = make_case(contact=True)
    code = query_code(case.pk)
    person = make_person(Role.CALLER)
    secret = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    factor = Authenticator.objects.create(
        user=person, type="totp", data={"secret": secret, "used": [1]}
    )
    assert rotate().rewrapped == 3
    assert versions() == {2}
    assert forget().rewrapped == 0
    assert opened(Resident.objects.get(pk=resident.pk), ("name",)) == {"name": "演示甲"}
    assert open_contact(ReporterContact.objects.get()).telephone == "13900000000"
    factor.refresh_from_db()
    assert get_adapter().decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert factor.data["used"] == [1]
    # Codes and hashes hang on another key, which stays.
    assert query_code(case.pk) == code


def test_a_rotation_that_was_stopped_goes_on_with_the_same_key(
    resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_case(contact=True)

    def killed(*_what: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(keys, "_rewrap_table", killed)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.undo()
    done = rotate()
    assert (done.version, done.rewrapped) == (2, 2)
    assert rotate().rewrapped == 0
    assert Event.objects.filter(verb="registry.rotate_keys").count() == 1


def test_an_older_key_stays_until_work_that_knew_it_must_be_over(resident: Resident) -> None:
    with pytest.raises(Refused) as caught:
        forget()
    assert caught.value.refusal.code == "nothing_old"
    rotate()
    with pytest.raises(Refused) as caught:
        forget(NOW + timedelta(minutes=59))
    assert caught.value.refusal.code == "settling"


def test_what_was_sealed_with_the_older_key_meanwhile_is_brought_along(
    resident: Resident, settings: Any
) -> None:
    late = LiveKeyring(settings.LINLI_KEY_FILE, clock=lambda: 0.0)
    rotate()
    settings.LINLI_KEYRING = late
    make_case(contact=True)
    assert versions() == {1, 2}
    assert forget().rewrapped == 1
    assert open_contact(ReporterContact.objects.get()).telephone == "13900000000"
    assert set(settings.LINLI_KEYRING.masters) == {2}


def test_no_key_is_forgotten_while_a_row_does_not_open(resident: Resident) -> None:
    wrapped = bytes(Resident.objects.get().wrapped_key)
    Resident.objects.update(wrapped_key=wrapped[:-1] + bytes([wrapped[-1] ^ 1]))
    assert rotate().doubtful == [f"registry_resident {resident.pk}"]
    with pytest.raises(Refused) as caught:
        forget()
    assert caught.value.refusal.code == "doubtful"
    assert len(LiveKeyring(keys.settings.LINLI_KEY_FILE).masters) == 2


def test_a_row_that_was_erased_meanwhile_stays_erased(
    resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = keys._write

    def erased_first(model: Any, fresh: Any) -> int:
        Resident.objects.update(wrapped_key=b"")
        return write(model, fresh)

    monkeypatch.setattr(keys, "_write", erased_first)
    assert rotate().rewrapped == 0
    assert bytes(Resident.objects.get().wrapped_key) == b""
    monkeypatch.undo()
    assert forget().doubtful == []


def test_the_key_of_search_is_replaced_with_all_its_hashes(
    resident: Resident, settings: Any
) -> None:
    before = Resident.objects.get()
    make_case(contact=True)
    fingerprint = settings.LINLI_KEYRING.blind_index("query-code", "x")
    assert replace_indexes(by=None, at=NOW, act_id=new_id()) == count_indexed() == 1
    after = Resident.objects.get()
    assert bytes(after.name_index) != bytes(before.name_index)
    assert bytes(after.name_index) == index_of("name", "演示甲")
    assert bytes(after.telephone_index) == index_of("telephone", "13900000001")
    assert bytes(after.id_index) == bytes(before.id_index)
    assert settings.LINLI_KEYRING.blind_index("query-code", "x") == fingerprint
    rotate()
    assert bytes(after.name_index) == index_of("name", "演示甲")


def test_where_replacing_fails_key_and_hashes_stay(
    resident: Resident, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = settings.LINLI_KEY_FILE.read_text()

    def full(_path: Path, _key: bytes) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(indexes, "put_search_key", full)
    with pytest.raises(OSError, match="No space"):
        replace_indexes(by=None, at=NOW, act_id=new_id())
    assert settings.LINLI_KEY_FILE.read_text() == body
    assert bytes(Resident.objects.get().name_index) == index_of("name", "演示甲")


def test_erased_records_have_no_hash_to_replace(resident: Resident) -> None:
    Resident.objects.update(wrapped_key=b"", name=b"", name_index=b"")
    assert replace_indexes(by=None, at=NOW, act_id=new_id()) == 0


def test_only_an_administrator_rotates() -> None:
    with pytest.raises(Refused):
        rotate_keys(by=make_person(Role.SUPERVISOR), at=NOW, act_id=new_id())
    assert rotate_keys(by=make_person(Role.ADMINISTRATOR), at=NOW, act_id=new_id()).version == 2


def test_the_command_says_what_it_did_and_what_comes_next(
    resident: Resident, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("rotate_keys", verbosity=0)
    said = capsys.readouterr().out
    assert "1 keys brought under master key 2" in said
    assert "--forget-old" in said
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    call_command("rotate_keys", "--forget-old", verbosity=0)
    assert "Only master key 2 is left" in capsys.readouterr().out
    call_command("rotate_keys", "--index", verbosity=0)
    assert "1 records are found by a new key" in capsys.readouterr().out


def test_the_command_fails_loudly_where_a_row_does_not_open(resident: Resident) -> None:
    Resident.objects.update(wrapped_key=b"\x00\x01" + bytes(60))
    with pytest.raises(CommandError, match="registry_resident"):
        call_command("rotate_keys", verbosity=0)
    assert not Quarantined.objects.exists()
