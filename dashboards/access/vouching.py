# mypy: disable-error-code="untyped-decorator"
"""The way to an OpenID provider and back; what was sent is remembered in a signed cookie of this process."""

import logging
import secrets
from collections.abc import Callable

from flask import Blueprint, Flask, redirect, request
from itsdangerous import BadData, URLSafeTimedSerializer

from dashboards.access.entrance import Page, enter, page
from dashboards.access.gate import origin_of, set_cookie
from dashboards.access.oidc import Pending, Provider, ProviderError
from dashboards.access.origins import safe_next
from dashboards.access.rights import Viewer
from dashboards.access.users import UserError
from dashboards.access.wiring import Access
from dashboards.texts import Texts

PENDING_COOKIE, PENDING_PATH, PENDING_SECONDS = "vincle_pending", "/sign-in", 600
BACK = "/sign-in/back"
log = logging.getLogger(__name__)


def install(server: Flask, access: Access, provider: Provider, texts_of: Callable[[], Texts]) -> None:
    """Add both ways to a server."""
    vouching = Blueprint("vouching", __name__)
    signed = URLSafeTimedSerializer(secrets.token_bytes(32))

    def refused(problem: str, reason: Exception) -> Page:
        log.warning("sign-in refused: %s", reason)
        return page(access, texts_of(), "sign_in.html", problem=problem), 403

    @vouching.get("/sign-in/provider")
    def go() -> Page:
        try:
            there, pending = provider.begin(_back(access), safe_next(request.args.get("next")))
        except ProviderError as error:
            return refused("provider", error)
        answer = redirect(there, 303)
        set_cookie(answer, access, PENDING_COOKIE, _text(signed, pending), PENDING_SECONDS, PENDING_PATH)
        return answer

    @vouching.get(BACK)
    def come_back() -> Page:
        code, state = request.args.get("code", ""), request.args.get("state", "")
        try:
            pending = _pending(signed, request.cookies.get(PENDING_COOKIE, ""))
            viewer = _admitted(access, provider.finish(_back(access), code, state, pending))
        except ProviderError as error:
            return refused("provider", error)
        except UserError as error:
            return refused("unknown", error)
        answer = enter(access, viewer.name, pending.next)
        answer.delete_cookie(PENDING_COOKIE, path=PENDING_PATH)
        return answer

    server.register_blueprint(vouching)


def _admitted(access: Access, name: str) -> Viewer:
    """Return the person of a name that the provider vouches for, added if all such may come in; UserError."""
    viewer = access.vouched(name)
    if viewer is None or viewer.role is None:
        raise UserError("nobody of this name was added")
    if access.users.find(name) is None:
        access.users.add(name, viewer.role)
    return viewer


def _back(access: Access) -> str:
    return origin_of(access) + BACK


def _text(signed: URLSafeTimedSerializer, pending: Pending) -> str:
    return str(signed.dumps(list(pending)))


def _pending(signed: URLSafeTimedSerializer, cookie: str) -> Pending:
    try:
        return Pending(*signed.loads(cookie, max_age=PENDING_SECONDS))
    except BadData as error:
        raise ProviderError("this sign-in was not begun here, or too long ago") from error
