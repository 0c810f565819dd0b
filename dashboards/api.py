# mypy: disable-error-code="untyped-decorator"
"""The endpoints for programs, such as agent desktops: signed in like pages, or by the token of a client."""

from importlib import resources

from flask import Blueprint, Flask, Response

from dashboards.access.rights import Right
from dashboards.context import Context
from dashboards.questions.brief import brief as brief_of
from dashboards.store import StoreEmptyError, StoreError
from schemas.brief import Brief, Problem

JSON = "application/json"
OPENAPI = "openapi.json"


def install(server: Flask, context: Context) -> None:
    """Add the endpoints to a server."""
    api = Blueprint("api", __name__, url_prefix="/api")

    @api.get(f"/{OPENAPI}")
    def openapi() -> Response:
        document = resources.files("schemas").joinpath("contract", OPENAPI)
        return Response(document.read_bytes(), mimetype=JSON)

    @api.get("/customers/<customer>/brief")
    def brief(customer: str) -> Response:
        try:
            return _answer(_brief(context, customer), 200)
        except StoreEmptyError:
            return _answer(Problem(error="nothing is known of this customer"), 404)
        except StoreError:
            return _answer(Problem(error="the database does not answer; try again"), 503)

    server.register_blueprint(api)


def _brief(context: Context, customer: str) -> Brief:
    """Return the brief of a pseudonym, or, for whoever may know names, of a customer id; StoreError."""
    texts = context.texts()
    try:
        return brief_of(context, customer, texts)
    except StoreEmptyError:
        if not context.viewer().may(Right.KNOW_NAMES):
            raise
        return brief_of(context, context.person_of(customer), texts)


def _answer(document: Brief | Problem, status: int) -> Response:
    return Response(document.model_dump_json(), status, mimetype=JSON)
