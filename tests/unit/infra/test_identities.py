"""Identities: secrets for their owners alone, hashes for the engine, and doors that strangers cannot use."""

import json
import stat

import pytest

from infra.clickhouse.access import Credentials
from infra.clickhouse.doors import Door, DoorError
from infra.clickhouse.errors import EngineError
from infra.clickhouse.identities import FILE_NAME, GuardedAccess, known, make_secrets, read_identities
from schemas.names import DatabaseUser
from schemas.settings import Settings, secret_name


def test_each_identity_gets_a_secret_of_its_own_that_only_its_owner_may_read(tmp_path):
    made = make_secrets(tmp_path / "keys")

    assert [file.name for file in made] == [secret_name(user) for user in DatabaseUser]
    assert len({file.read_text() for file in made}) == len(DatabaseUser)
    for file in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_the_engine_knows_hashes_and_no_secret(tmp_path):
    secrets = [file.read_text() for file in make_secrets(tmp_path)]

    content = (tmp_path / FILE_NAME).read_text()
    assert set(json.loads(content)) == set(DatabaseUser)
    assert not any(secret in content for secret in secrets)


def test_secrets_stay_the_same_at_the_next_start(tmp_path):
    before = {file: file.read_text() for file in make_secrets(tmp_path)}

    assert make_secrets(tmp_path) == []
    assert {file: file.read_text() for file in before} == before
    assert all(read_identities(tmp_path / FILE_NAME)[file.stem].has_secret(before[file]) for file in before)


def test_each_part_of_the_stack_finds_its_secret_through_the_settings(tmp_path):
    settings = Settings(data_folder=tmp_path)
    make_secrets(settings.keys_folder)

    for user in DatabaseUser:
        secret = (settings.keys_folder / secret_name(user)).read_text()
        assert settings.clickhouse_login(user) == (user, secret)
    given = Settings(data_folder=tmp_path, clickhouse_username="me", clickhouse_password="mine")
    assert given.clickhouse_login(DatabaseUser.WRITER) == ("me", "mine")


@pytest.mark.parametrize(("user", "password"), [("a", ""), ("a", "S"), ("A", "s"), ("", "s"), ("b", "s")])
def test_only_the_right_name_and_secret_get_in(user, password):
    access = GuardedAccess({"a": known(DatabaseUser.ANALYST, "s")}, engine=None, home="")

    assert access.identify(Credentials("a", "s")).name == "a"
    with pytest.raises(EngineError, match="AUTHENTICATION_FAILED"):
        access.identify(Credentials(user, password))


SAFE = [known(DatabaseUser.ADMIN, "s")]
OPEN = [known(DatabaseUser.ADMIN, "")]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
@pytest.mark.parametrize("identities", [[], SAFE, OPEN])
def test_on_this_machine_the_engine_may_listen_without_tls(host, identities):
    Door(host, 1).require_safe(identities)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "db.example.org", ""])
def test_elsewhere_it_listens_with_tls_and_secrets_only(host, tmp_path):
    secured = Door(host, 1, tmp_path / "certificate", tmp_path / "key")

    secured.require_safe(SAFE)
    for door, identities in ((Door(host, 1), SAFE), (secured, []), (secured, OPEN)):
        with pytest.raises(DoorError, match="needs"):
            door.require_safe(identities)
