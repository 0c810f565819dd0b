# mypy: disable-error-code="untyped-decorator"
"""The pages to come in by, and to leave: plain forms that need no script."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from dashboards.access.gate import SESSION_COOKIE, sender_of, set_cookie
from dashboards.access.links import GRANT_LIFE, SpentError
from dashboards.access.origins import safe_next, sign_in_address
from dashboards.access.passwords import LONGEST, SHORTEST
from dashboards.access.users import UserError
from dashboards.access.wiring import Access
from dashboards.texts import LANGUAGE_COOKIE, LANGUAGE_NAMES, Texts

GRANT_COOKIE = "vincle_grant"
GRANT_PATH = "/password"
_YEAR_SECONDS = 31_536_000
Page = Answer | str | tuple[str, int] | tuple[str, int, dict[str, str]]


def install(server: Flask, access: Access, texts_of: Callable[[], Texts]) -> None:
    """Add the pages to a server."""
    entrance = Blueprint("entrance", __name__, template_folder="templates")

    def shown(template: str, **more: Any) -> str:
        return page(access, texts_of(), template, **more)

    @entrance.get("/sign-in")
    def ask() -> Page:
        language = request.args.get("language")
        if language in LANGUAGE_NAMES:
            answer = redirect(sign_in_address(_next()), 303)
            answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_SECONDS, samesite="Lax")
            return answer
        return shown("sign_in.html")

    @entrance.post("/sign-in")
    def sign_in() -> Page:
        name, password = request.form.get("name", ""), request.form.get("password", "")
        wait = access.addresses.wait(sender_of(access)) or access.accounts.wait(name.strip().lower())
        if wait:
            return shown("sign_in.html", problem="often"), 429, {"Retry-After": str(int(wait) + 1)}
        if access.mode != "local" or not access.users.is_password(name, password):
            return shown("sign_in.html", problem="wrong", name=name), 401
        access.accounts.forget(name.strip().lower())
        return enter(access, name.strip().lower(), _next())

    @entrance.post("/sign-out")
    def sign_out() -> Page:
        access.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        answer = redirect("/sign-in", 303)
        answer.delete_cookie(SESSION_COOKIE)
        return answer

    @entrance.get("/link/<token>")
    def follow(token: str) -> Page:
        try:
            grant = access.links.exchange(token)
        except SpentError:
            return shown("spent.html"), 410
        answer = redirect(GRANT_PATH, 303)
        set_cookie(answer, access, GRANT_COOKIE, grant, GRANT_LIFE.total_seconds(), GRANT_PATH)
        return answer

    @entrance.route(GRANT_PATH, methods=["GET", "POST"])
    def password() -> Page:
        token = request.cookies.get(GRANT_COOKIE, "")
        problem, given = "", request.form.get("name", "")
        try:
            if request.method == "POST":
                person = access.links.choose_password(token, given, request.form.get("password", ""))
                answer = enter(access, person, "/")
                answer.delete_cookie(GRANT_COOKIE, path=GRANT_PATH)
                return answer
            grant = access.links.grant(token)
        except SpentError:
            return shown("spent.html"), 410
        except UserError as error:
            problem, grant = error.key, access.links.grant(token)
        form = shown(
            "password.html",
            problem=problem,
            person=grant.name,
            name=given,
            shortest=SHORTEST,
            longest=LONGEST,
        )
        return form, 400 if problem else 200

    server.register_blueprint(entrance)


def page(access: Access, texts: Texts, template: str, **more: Any) -> str:
    """Return one of the pages as HTML; every value in it is escaped."""
    return render_template(
        template, texts=texts, languages=LANGUAGE_NAMES, next=_next(), mode=access.mode, **more
    )


def enter(access: Access, name: str, address: str) -> Answer:
    """Begin a session of a person, end the one before, and go on to an address."""
    access.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
    answer = redirect(address, 303)
    life = access.sessions.life.total_seconds()
    set_cookie(answer, access, SESSION_COOKIE, access.sessions.begin(name), life)
    return answer


def _next() -> str:
    return safe_next(request.values.get("next"))
