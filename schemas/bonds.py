"""What the workers publish: a customer's bond has changed. For CRM, agent desktops and others that listen."""

from typing import Annotated

from pydantic import Field

from schemas.touchpoint import Contract, Name, Share, Slug


class BondChangedData(Contract):
    """A bond after a batch of touchpoints. Published at least once; equal ids are the same message."""

    person_id: Name = Field(description="Pseudonym of the customer, as in ClickHouse")
    bond_index: Annotated[float, Field(ge=-100, le=100)] = Field(description="The bond, -100 to 100")
    level: Slug = Field(description="The bond in a word; unknown while the evidence is too small")
    evidence: Share = Field(description="How much the index rests on, 0 to 1")
    touchpoints: Annotated[int, Field(ge=0)] = Field(description="Touchpoints that it was made from")
    model_version: Name = Field(description="Version of the bond model")
