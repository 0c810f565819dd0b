"""The OpenAPI document of the dashboard's endpoints for programs, generated from the models."""

from typing import Any

from pydantic.json_schema import models_json_schema

from schemas.brief import Brief, Problem

REFERENCE = "#/components/schemas/{model}"
PROBLEMS = {
    "401": "No session and no valid token",
    "404": "Nothing is known of this customer",
    "503": "The database does not answer; trying again later helps",
}


def openapi(version: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    _, made = models_json_schema(
        [(Brief, "serialization"), (Problem, "serialization")], ref_template=REFERENCE
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vincle",
            "version": version,
            "description": "For agent desktops: who is in front of me",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The dashboard"}],
        "security": [{"token": []}, {"session": []}],
        "paths": {"/api/customers/{customer}/brief": {"get": _brief()}},
        "components": {
            "schemas": made["$defs"],
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Of a client: vincle users token NAME",
                },
                "session": {"type": "apiKey", "in": "cookie", "name": "vincle_session"},
            },
        },
    }


def _brief() -> dict[str, Any]:
    return {
        "operationId": "brief",
        "summary": "The agent brief of a customer, as of the newest touchpoint",
        "parameters": [
            {
                "name": "customer",
                "in": "path",
                "required": True,
                "description": "The pseudonym, or the customer's id for roles that may know names",
                "schema": {"type": "string", "minLength": 1},
            },
            {
                "name": "Accept-Language",
                "in": "header",
                "description": "Language of what to do and what not; what to say is in the customer's own",
                "schema": {"type": "string"},
                "example": "ca",
            },
        ],
        "responses": {
            "200": _response("The brief", Brief.__name__),
            **{code: _response(told, Problem.__name__) for code, told in PROBLEMS.items()},
        },
    }


def _response(description: str, model: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model=model)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}
