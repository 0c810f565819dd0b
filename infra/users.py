"""`vincle users`: who may open the dashboard, and as what."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from dashboards.access.rights import Role
from infra.command_line import fail

if TYPE_CHECKING:
    from dashboards.access.wiring import Access
    from schemas.settings import Settings

app = typer.Typer(help="Add, list and remove those who may open the dashboard.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name to sign in with; small letters")]
RoleName = Annotated[Role, typer.Option(help="What the role may, says the README")]

ELSEWHERE = {
    "oidc": "nobody has a password here: people sign in at the OpenID provider (VINCLE_SIGN_IN=oidc)",
    "header": "nobody has a password here: the proxy in front names people (VINCLE_SIGN_IN=header)",
}


def link_address(settings: "Settings", token: str) -> str:
    """Return the address of a one-time link."""
    return f"{settings.public_address}/link/{token}"


@contextmanager
def _access() -> Iterator[tuple["Access", "Settings"]]:
    """Give the access of this installation; what cannot be done ends with one line."""
    from dashboards.access.users import UserError
    from dashboards.access.wiring import open_access
    from schemas.settings import Settings

    settings = Settings()
    try:
        yield open_access(settings), settings
    except UserError as error:
        fail(str(error))


@app.command()
def add(name: Name, role: RoleName = Role.VIEWER) -> None:
    """Add a person, and print the link by which that person chooses a password."""
    with _access() as (access, settings):
        known = access.users.add(name, role)
        if access.mode == "local":
            print(link_address(settings, access.links.to_password(known)))


@app.command(name="list")
def list_() -> None:
    """List everybody with role."""
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "kind", "role", "can sign in", box=None)
    with _access() as (access, _):
        for user in access.users.all():
            able = user.has_secret or access.mode != "local"
            table.add_row(user.name, user.kind, user.role, "yes" if able else "no")
    Console(soft_wrap=True).print(table)


@app.command()
def remove(name: Name) -> None:
    """Remove a person or a client; whoever is signed in is out at once."""
    with _access() as (access, _):
        access.users.remove(name)


@app.command()
def role(name: Name, role: Role) -> None:
    """Give a person or a client another role; people sign in again."""
    with _access() as (access, _):
        access.users.set_role(name, role)


@app.command(name="password-link")
def password_link(name: Name) -> None:
    """Print a link by which a person chooses a new password, once, within an hour."""
    from dashboards.access.users import UserError

    with _access() as (access, settings):
        if access.mode != "local":
            raise UserError(ELSEWHERE[access.mode])
        print(link_address(settings, access.links.to_password(name)))


@app.command()
def token(name: Name, role: RoleName = Role.OPERATOR) -> None:
    """Print a new token for a client, such as an agent desktop, and add the client if it is new."""
    from dashboards.access.users import Kind

    with _access() as (access, _):
        if access.users.find(name, Kind.CLIENT) is None:
            access.users.add(name, role, Kind.CLIENT)
        print(access.users.set_token(name))
