"""The gate: no answer of the server leaves it for somebody who is not known.

What is open is listed by name, everything else is closed, also what is added tomorrow. What changes
something must come from our own pages, in the form that the place expects.
"""

from flask import Flask, Response, abort, g, jsonify, redirect, request
from werkzeug.wrappers import Response as Answer

from dashboards.access.origins import is_from_here, is_within, sender, sign_in_address
from dashboards.access.rights import NOBODY, NotAllowedError, Viewer
from dashboards.access.wiring import Access

SESSION_COOKIE = "vincle_session"
OPEN_ASSETS = frozenset({"/assets/inter.css", "/assets/vincle.css", "/assets/head.js", "/assets/mark.svg"})
"""What the pages to sign in by are made of."""
OPEN_BLUEPRINTS = frozenset({"entrance", "vouching", "health"})
NOT_PAGES = ("/_", "/api/", "/assets/", "/static/")
"""Beginnings of paths that programs ask for, who are told instead of being led to the entrance."""
API = "/api/"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MOST_BODY_BYTES = 2_000_000
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def install(server: Flask, access: Access) -> None:
    """Put the gate before every answer of a server."""
    server.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES

    @server.before_request
    def admit() -> Answer | tuple[Response, int] | None:
        g.viewer = _viewer(access) or NOBODY
        if request.method not in _READING:
            _refuse_strangers(access)
        if g.viewer.role is not None or _is_open():
            return None
        if request.method != "GET" or request.path.startswith(NOT_PAGES):
            return jsonify(error="sign in first"), 401
        return redirect(sign_in_address(request.full_path.rstrip("?")), 303)

    @server.errorhandler(NotAllowedError)
    def refuse(_: NotAllowedError) -> tuple[Response, int]:
        return jsonify(error="your role does not allow this"), 403


def _viewer(access: Access) -> Viewer | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if request.path.startswith(API) and kind.lower() == "bearer":
        return access.users.client(token.strip())
    if access.mode == "header":
        name = request.headers.get(access.header, "")
        return access.vouched(name) if name and is_within(request.remote_addr, access.proxies) else None
    session = request.cookies.get(SESSION_COOKIE)
    return access.sessions.viewer(session) if session else None


def _is_open() -> bool:
    return request.blueprint in OPEN_BLUEPRINTS or request.path in OPEN_ASSETS


def _refuse_strangers(access: Access) -> None:
    """Refuse what did not come from one of our own pages in the expected form."""
    if not is_from_here(
        origin_of(access), request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    ):
        abort(403)
    if request.mimetype != (FORM if request.blueprint == "entrance" else JSON):
        abort(415)


def origin_of(access: Access) -> str:
    """Return the origin under which people open the dashboard."""
    return access.address or request.host_url.rstrip("/")


def sender_of(access: Access) -> str:
    """Return the address of whoever asks."""
    return sender(request.remote_addr, request.headers.get("X-Forwarded-For"), access.proxies)


def set_cookie(
    answer: Answer, access: Access, name: str, value: str, seconds: float, path: str = "/"
) -> None:
    """Give a cookie that no script reads and that comes along with nothing another site would change."""
    answer.set_cookie(
        name,
        value,
        max_age=int(seconds),
        path=path,
        httponly=True,
        secure=origin_of(access).startswith("https://"),
        samesite="Lax",
    )
