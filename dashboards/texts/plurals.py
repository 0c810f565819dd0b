"""A number as it is written, and the forms of the words that go with it: 1 person, 2 people.

A string has the forms beside its place, one for each category of plural that its language knows by CLDR, with
# for the number: `{people:one=# person|other=# people}`.
"""

CATEGORIES = {
    "en": ("one", "other"),
    "ca": ("one", "other"),
    "es": ("one", "other"),
    "it": ("one", "other"),
    "ro": ("one", "few", "other"),
}
"""Categories of whole numbers in each language. What CLDR calls many, of whole millions, is read as other."""


def category_of(amount: float, language: str) -> str:
    """Return the category of a number as CLDR's rules have it."""
    if amount == 1:
        return "one"
    if language == "ro" and (amount != int(amount) or amount == 0 or 1 <= abs(amount) % 100 <= 19):
        return "few"
    return "other"


def forms_of(spec: str) -> dict[str, str]:
    """Return the forms beside a place, by category; ValueError if they are not written so."""
    return dict(form.split("=", 1) for form in spec.split("|"))


class Written(str):
    """A number as it is written in a language."""

    category: str

    def __new__(cls, text: str, category: str) -> "Written":
        """Return the number; `category` is that of its amount."""
        written = super().__new__(cls, text)
        written.category = category
        return written

    def __format__(self, spec: str) -> str:
        """Return the form of its category, with the number in it; without forms, the number."""
        return forms_of(spec)[self.category].replace("#", self) if spec else str(self)
