"""Laws of masking: nothing personal stays, nothing else goes, twice is as once."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.es import dni

from streams.feeling.text.masking import MASKS, mask

PIECES = st.sampled_from(
    [
        "Hola", "Hi", " Marta", "Regards,", "\n", " ", ", ", "@", "a.b@c.cat", "600 111 222", "1", "00", "ES",
        "+40 712 345 678", "ES9121000418450200051332", "4111 1111 1111 1111", "12345678Z", "em dic ", "www.",
        "http://x.y/z", "[name]", "[phone]", "]", "[", "(", ")", "-", "/", "AB123456C", "RSSMRA85T10A562S",
        "e\u0301", "Salutacions, ", "John Smith", "is ", "This is Ann calling", "1850723410014",
        "943 476 5870",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=14).map("".join)


@given(TEXTS)
@example("Hi Anna Bell, Hi Carl, thanks, Dora")
@settings(max_examples=400)
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.integers(0, 99_999_999))
def test_every_valid_spanish_id_is_masked(number: int) -> None:
    digits = f"{number:08d}"
    found = mask(f"el meu dni, {digits}{dni.calc_check_digit(digits)}, per si cal")
    assert digits not in found


@given(st.from_regex(r"[345][0-9]{14}", fullmatch=True), st.sampled_from(["", " ", "-"]))
def test_every_card_number_that_passes_its_check_is_masked(body: str, gap: str) -> None:
    card = body + luhn.calc_check_digit(body)
    shown = gap.join(card[start : start + 4] for start in range(0, 16, 4))
    assert mask(f"card {shown} was charged") in {f"card {tag} was charged" for tag in MASKS}


@given(st.from_regex(r"[a-z][a-z0-9.]{0,10}@[a-z]{1,10}\.(com|cat|ro|it|es)", fullmatch=True))
def test_no_address_stays(address: str) -> None:
    assert address not in mask(f"write to {address} please")


@given(st.text(alphabet="abcdefgh ,.;!?'\n", max_size=200))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert mask(text) == text
