"""The file of users: who is in it, and what it gives away if it is read."""

import stat
from itertools import pairwise
from pathlib import Path

import pytest

from dashboards.access.file import NAME
from dashboards.access.passwords import LONGEST, SHORTEST, hashed, matches
from dashboards.access.rights import NOBODY, RIGHTS, NotAllowedError, Right, Role, Viewer
from dashboards.access.users import Kind, NameInvalidError, NameTakenError, UserError, valid_password
from dashboards.access.wiring import Access

GOOD = "blue kite over the harbour"


def test_only_its_owner_reads_the_file(access: Access, tmp_path: Path) -> None:
    file = tmp_path / "keys" / NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_no_secret_can_be_read_in_the_file(access: Access, tmp_path: Path) -> None:
    link = access.links.to_password("viewer")
    grant = access.links.exchange(link)
    access.users.add("desktop", Role.OPERATOR, Kind.CLIENT)
    secrets = [access.sessions.begin("admin"), access.users.set_token("desktop"), grant, link]
    access.links.choose_password(grant, "", GOOD)
    kept = (tmp_path / "keys" / NAME).read_bytes()
    assert [one for one in [*secrets, GOOD] if one.encode() in kept] == []


def test_a_password_is_its_own_and_no_other() -> None:
    kept = hashed(GOOD)
    assert matches(GOOD, kept)
    assert not matches(GOOD + " ", kept)
    assert not matches(GOOD, "")
    assert hashed(GOOD) != kept


@pytest.mark.parametrize("password", ["", "x" * (SHORTEST - 1), "x" * (LONGEST + 1)])
def test_passwords_have_a_length(password: str) -> None:
    with pytest.raises(UserError):
        valid_password(password)


@pytest.mark.parametrize("name", ["", " ", "a b", "<b>", "-x", "à", "x" * 101, "a\nb"])
def test_names_are_plain(access: Access, name: str) -> None:
    with pytest.raises(NameInvalidError):
        access.users.add(name, Role.VIEWER)


def test_names_differ_by_more_than_case(access: Access) -> None:
    with pytest.raises(NameTakenError):
        access.users.add("ADMIN", Role.VIEWER)


def test_the_last_administrator_stays(access: Access) -> None:
    with pytest.raises(UserError, match="last administrator"):
        access.users.set_role("admin", Role.VIEWER)
    with pytest.raises(UserError, match="last administrator"):
        access.users.remove("admin")
    assert access.users.find("admin") == Viewer("admin", Role.ADMIN)


def test_a_client_has_one_token_and_no_password(access: Access) -> None:
    access.users.add("desktop", Role.OPERATOR, Kind.CLIENT)
    before, after = access.users.set_token("desktop"), access.users.set_token("desktop")
    assert access.users.client(before) is None
    assert access.users.client(after) == Viewer("desktop", Role.OPERATOR)
    assert access.users.client("") is None
    with pytest.raises(UserError):
        access.links.to_password("desktop")
    with pytest.raises(UserError):
        access.users.set_token("viewer")


def test_each_role_may_what_those_before_it_may() -> None:
    roles = list(Role)
    assert all(RIGHTS[lesser] < RIGHTS[greater] for lesser, greater in pairwise(roles))


@pytest.mark.parametrize("right", Right)
def test_nobody_may_anything_and_an_admin_everything(right: Right) -> None:
    Viewer("a", Role.ADMIN).require(right)
    with pytest.raises(NotAllowedError):
        NOBODY.require(right)
    with pytest.raises(NotAllowedError):
        Viewer("v", Role.VIEWER).require(right)
