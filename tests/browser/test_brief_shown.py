"""The agent brief, over HTTP and on the page of a customer."""

import json

import pytest
import requests
from browsing import Opened, Shop, settle
from jsonschema import Draft202012Validator
from playwright.sync_api import expect

from dashboards.access.rights import Role
from dashboards.access.users import Kind
from dashboards.access.wiring import Access
from infra.contract import FOLDER
from schemas.brief import Brief

pytestmark = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture(scope="session")
def disappointed(shop: Shop) -> str:
    """Somebody who said something, and whose last failure is open."""
    return next(
        person
        for person, rows in sorted(shop.lives.items())
        if any(row.text for row in rows) and rows[-1].case_id and rows[-1].valence < 0
    )


def asked(address: str, access: Access, customer: str, role: Role, language: str = "en") -> requests.Response:
    name = f"desktop-{role}"
    if access.users.find(name, Kind.CLIENT) is None:
        access.users.add(name, role, Kind.CLIENT)
    headers = {
        "Authorization": f"Bearer {access.users.set_token(name)}",
        "Accept-Language": language,
    }
    return requests.get(f"{address}/api/customers/{customer}/brief", headers=headers, timeout=30)


def test_a_desktop_gets_the_brief_as_its_document_says(
    address: str, access: Access, shop: Shop, disappointed: str
) -> None:
    answer = asked(address, access, disappointed, Role.OPERATOR)
    document = json.loads((FOLDER / "openapi.json").read_text())
    schema = {"$ref": "#/components/schemas/Brief", "components": document["components"]}
    Draft202012Validator(schema).validate(answer.json())
    brief = Brief.model_validate_json(answer.content)
    query = "SELECT bond_index FROM v_bonds WHERE person_id = {person:String}"
    index = shop.client.command(query, {"person": disappointed})
    assert brief.bond.index == pytest.approx(float(index), abs=1e-6)
    assert brief.steps
    assert "bot" in {caution.key for caution in brief.avoid}


def test_words_are_for_roles_that_may_read_them(address: str, access: Access, disappointed: str) -> None:
    said = {}
    for role in (Role.VIEWER, Role.OPERATOR):
        brief = Brief.model_validate_json(asked(address, access, disappointed, role).content)
        said[role] = [one.words for one in (*brief.last, brief.best, brief.worst) if one and one.words]
    assert said[Role.VIEWER] == []
    assert said[Role.OPERATOR]


def test_what_to_avoid_is_in_the_language_asked_for(address: str, access: Access, disappointed: str) -> None:
    texts = [
        asked(address, access, disappointed, Role.OPERATOR, language).json()["avoid"][-1]["text"]
        for language in ("en", "ro")
    ]
    assert texts[0] != texts[1]


def test_the_page_of_a_customer_shows_the_brief(
    opened: Opened, address: str, access: Access, disappointed: str
) -> None:
    page = settle(opened(f"{address}/customer?id={disappointed}", role=Role.OPERATOR))
    brief = asked(address, access, disappointed, Role.OPERATOR).json()
    expect(page.locator("#brief-body")).to_contain_text(brief["steps"][0]["act"])
    expect(page.locator("#brief-body")).to_contain_text(brief["avoid"][0]["text"])
