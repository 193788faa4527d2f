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
from linli.audit.actions import Clash, acting, erase_details, open_quarantined
from linli.audit.models import Event, Quarantined, Tombstone
from linli.audit.queries import faults
from linli.cases.actions.contacts import is_query_code, open_contact, query_code
from linli.cases.models import ReporterContact
from linli.kernel.ciphers import HashKey, Profile
from linli.kernel.ids import new_id
from linli.kernel.keyfile import LiveKeyring, add_master
from linli.kernel.refusal import Refused
from linli.kernel.sealing import make_keyring_file, profile_of, version_of
from linli.open311.actions import make_key
from linli.open311.queries.keys import holder_of
from linli.registry.actions import indexes, keys
from linli.registry.actions.indexes import count_indexed, replace_indexes
from linli.registry.actions.keys import forget_old_keys, rotate_keys, sealed_tables
from linli.registry.actions.own import wish
from linli.registry.actions.resealing import reseal, sealed_columns
from linli.registry.actions.sealing import index_of, is_index_of, opened, vault_of
from linli.registry.models import Change, ChangeState, Resident, Wish, WishKind
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
    assert replace_indexes(by=None, at=NOW, act_id=new_id()) == count_indexed() == 1
    after = Resident.objects.get()
    assert bytes(after.name_index) != bytes(before.name_index)
    assert bytes(after.name_index) == index_of("name", "演示甲")
    assert bytes(after.telephone_index) == index_of("telephone", "13900000001")
    rotate()
    assert bytes(after.name_index) == index_of("name", "演示甲")


def test_what_cannot_be_hashed_anew_is_known_by_the_older_key(settings: Any) -> None:
    case, number = make_case(contact=True), "430412199003072317"
    code, kept = query_code(case.pk), index_of("identity", number)
    program, key = make_key(label="map", unit=None, by=None, at=NOW, act_id=new_id())
    act, asked = new_id(), {"by": None, "at": NOW, "subject": case.pk, "payload": {"a": 1}}
    with acting(act, "demo.act", **asked):
        pass
    erase_details(subject=new_id(), by=None, at=NOW, act_id=new_id())
    erase_details(subject=case.pk, by=None, at=NOW, act_id=new_id())
    for _twice in range(2):
        replace_indexes(by=None, at=NOW, act_id=new_id())
    assert query_code(case.pk) != code
    assert is_query_code(case.pk, code)
    assert is_query_code(case.pk, query_code(case.pk))
    assert not is_query_code(new_id(), code)
    assert index_of("identity", number) != kept
    assert is_index_of("identity", number, kept)
    assert not is_index_of("identity", "430412199003072318", kept)
    assert holder_of(key) == program.pk
    assert list(faults()) == []
    Tombstone.objects.all().delete()
    with acting(act, "demo.act", **asked) as first_time:
        assert not first_time
    with pytest.raises(Clash), acting(act, "demo.act", **asked | {"payload": {"a": 2}}):
        pass


def sealed_of_all_domains(resident: Resident) -> Any:
    """Seal something of every kind, and return how to read all of it."""
    case, person = make_case(contact=True), make_person(Role.CALLER)
    secret = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    codes = [get_adapter().encrypt("one"), get_adapter().encrypt("two")]
    data = {"secret": secret, "migrated_codes": codes}
    factor = Authenticator.objects.create(user=person, type="totp", data=data)
    asked = {"resident_id": resident.pk, "kind": WishKind.OBJECT, "words": "请更正"}
    sent = wish(**asked, at=NOW, act_id=new_id())
    change = Change.objects.create(
        kind="resident",
        record=resident.pk,
        field="name",
        is_sealed=True,
        base_version=1,
        state=ChangeState.PROPOSED,
        source=resident.source,
        at=NOW,
    )
    change.after = vault_of(resident).seal(f"change:{change.pk}:after", "演示新")
    change.save()
    with pytest.raises(Clash), acting(case.pk, "x", by=None, at=NOW, payload={"a": "别的"}):
        pass

    def read() -> list[Any]:
        row = Resident.objects.get(pk=resident.pk)
        now, kept = Change.objects.get(pk=change.pk), Quarantined.objects.get()
        factor.refresh_from_db()
        body = open_quarantined(row_id=kept.pk, by=person, at=NOW, reason="见测试")
        stored = factor.data
        return [
            dict(opened(row, ("name", "telephone", "id_tail"))),
            vault_of(row).open(f"change:{now.pk}:after", bytes(now.after)),
            vault_of(row).open(f"wish:{sent.pk}", bytes(Wish.objects.get().words)),
            open_contact(ReporterContact.objects.get()),
            "别的" in body,
            [get_adapter().decrypt(one) for one in (stored["secret"], *stored["migrated_codes"])],
        ]

    return read


def profiles() -> set[Profile]:
    return {
        profile_of(bytes(wrapped))
        for model in sealed_tables()
        for wrapped in model._default_manager.values_list("wrapped_key", flat=True)  # type: ignore[misc]
        if wrapped
    }


def test_rotating_moves_all_that_is_sealed_to_the_other_profile_and_back(
    resident: Resident, settings: Any
) -> None:
    read = sealed_of_all_domains(resident)
    before = read()
    assert before[:3] == [
        {"name": "演示甲", "telephone": "13900000001", "id_tail": ""},
        "演示新",
        "请更正",
    ]
    for profile, version in ((Profile.SM, 2), (Profile.AES, 3)):
        settings.LINLI_SEALING = profile.value
        was = [bytes(model.objects.get().name) for model in (Resident, ReporterContact)]
        assert rotate().rewrapped == 4
        assert (profiles(), versions()) == ({profile}, {version})
        now = [bytes(model.objects.get().name) for model in (Resident, ReporterContact)]
        assert not set(was) & set(now)
        assert read() == before
    assert rotate().rewrapped == 0
    assert forget().rewrapped == 0
    assert read() == before


def test_both_profiles_are_read_side_by_side_until_then(resident: Resident, settings: Any) -> None:
    add_master(settings.LINLI_KEY_FILE, NOW, Profile.SM)
    settings.LINLI_KEYRING = LiveKeyring(settings.LINLI_KEY_FILE)
    make_case(contact=True)
    assert profiles() == {Profile.AES, Profile.SM}
    assert opened(Resident.objects.get(), ("name",)) == {"name": "演示甲"}
    assert open_contact(ReporterContact.objects.get()).telephone == "13900000000"


def test_a_move_that_was_stopped_goes_on(
    resident: Resident, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, settings.LINLI_SEALING = sealed_of_all_domains(resident), "sm"
    before = read()

    def killed(*_what: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(keys, "rewrap_factors", killed)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.undo()
    assert rotate().version == 2
    assert (profiles(), read()) == ({Profile.SM}, before)


def test_a_row_that_does_not_open_is_not_moved(resident: Resident, settings: Any) -> None:
    Resident.objects.update(name=b"x" * 40)
    settings.LINLI_SEALING = "sm"
    assert rotate().doubtful == [f"registry_resident {resident.pk}"]
    with pytest.raises(Refused) as caught:
        forget()
    assert caught.value.refusal.code == "doubtful"


def test_a_row_that_was_erased_meanwhile_is_not_moved(resident: Resident, settings: Any) -> None:
    ring = settings.LINLI_KEYRING.ring()
    assert not reseal(Resident, new_id(), ring)
    Resident.objects.update(wrapped_key=b"")
    assert not reseal(Resident, resident.pk, ring)


def test_every_sealed_column_of_every_table_is_known() -> None:
    found = {model._meta.db_table: sealed_columns(model) for model in sealed_tables()}
    assert found == {
        "audit_quarantined": ("body",),
        "cases_reportercontact": ("name", "telephone", "email", "moved_numbers"),
        "registry_assistance": ("plan",),
        "registry_organisation": ("contact_name", "contact_telephone"),
        "registry_resident": ("name", "telephone", "id_tail"),
        "registry_team": ("contact_name", "contact_telephone"),
        "registry_tenancy": ("contact_name", "contact_telephone"),
    }


def test_new_hashes_are_of_the_profile_that_seals(resident: Resident, settings: Any) -> None:
    settings.LINLI_SEALING = "sm"
    rotate()
    replace_indexes(by=None, at=NOW, act_id=new_id())
    ring = settings.LINLI_KEYRING.ring()
    assert (ring.search_key.profile, ring.index_key.profile) == (Profile.SM, Profile.SM)
    assert bytes(Resident.objects.get().name_index) == index_of("name", "演示甲")


def test_where_replacing_fails_key_and_hashes_stay(
    resident: Resident, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = settings.LINLI_KEY_FILE.read_text()

    def full(_path: Path, *_keys: HashKey) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(indexes, "put_hash_keys", full)
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


def test_the_command_says_that_servers_have_to_be_stopped_for_a_move(
    resident: Resident, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LINLI_SEALING = "sm"
    call_command("rotate_keys", verbosity=0)
    assert "profile sm (LINLI_SEALING). The servers have to be stopped" in capsys.readouterr().err
    call_command("rotate_keys", verbosity=0)
    assert "stopped" not in capsys.readouterr().err


def test_the_command_fails_loudly_where_a_row_does_not_open(resident: Resident) -> None:
    Resident.objects.update(wrapped_key=b"\x00\x01" + bytes(60))
    with pytest.raises(CommandError, match="registry_resident"):
        call_command("rotate_keys", verbosity=0)
    assert not Quarantined.objects.exists()
