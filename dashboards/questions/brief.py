"""What the agent brief asks."""

from dashboards.answers.brief import CommitmentRow, Known, Voice, brief_of
from dashboards.context import Context
from dashboards.questions.customer import CustomerQuestions
from dashboards.state import CustomerView
from dashboards.texts import Texts
from schemas.brief import Brief
from streams.bond.parameters import VERSIONS


def brief(ask: CustomerQuestions, context: Context, texts: Texts) -> Brief:
    """Return the brief of a customer; raises StoreEmptyError if nothing is known of the customer by then."""
    bond, life = ask.bond, ask.plain_life
    commitments = context.store.rows("brief.commitments", CommitmentRow, person=bond.person_id, to=life.at)
    voice = Voice(context.type_name(texts), lambda key: texts(f"brief.avoid_{key}"), texts.language)
    known = Known(bond.person_id, bond.segment, bond.language, bond.model_version)
    return brief_of(known, life, commitments, VERSIONS[bond.model_version], voice)


def brief_now(context: Context, person: str, texts: Texts) -> Brief:
    """Return the brief of a pseudonym as of the newest touchpoint; raises StoreEmptyError for nobody."""
    return brief(CustomerQuestions(context, CustomerView(person), None), context, texts)
