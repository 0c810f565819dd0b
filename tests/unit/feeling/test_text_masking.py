"""What is personal in a text and what is not."""

import pytest

from streams.feeling.text.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to ana.pou+x@exemple.cat now", "write to [email] now"),
        ("truqueu-me al 600 111 222, sisplau", "truqueu-me al [phone], sisplau"),
        ("my mobile is 07700 900456.", "my mobile is [phone]."),
        ("sunati la +40 712 345 678", "sunati la [phone]"),
        ("mi chiami al 347 1234567", "mi chiami al [phone]"),
        ("compte ES91 2100 0418 4502 0005 1332 gràcies", "compte [iban] gràcies"),
        ("the card 4111-1111-1111-1111 was charged", "the card [card] was charged"),
        ("el DNI es 12345678Z", "el DNI es [id]"),
        ("mi DNI 12.345.678-Z, gracias", "mi DNI [id], gracias"),
        ("NIE X-1234567-L", "NIE [id]"),
        ("codice fiscale RSSMRA85T10A562S", "codice fiscale [id]"),
        ("CNP 1630615123457 al meu", "CNP [id] al meu"),
        ("NHS number 943 476 5919", "NHS number [id]"),
        ("NI number AB 12 34 56 C", "NI number [id]"),
        ("see https://example.org/a?b=c now", "see [url] now"),
        ("thanks @AlderAir", "thanks [handle]"),
        (
            "Bon dia,\nEl router no va.\nSalutacions,\nMarta Puig",
            "Bon dia,\nEl router no va.\nSalutacions,\n[name]",
        ),
        ("Hi John,\nall fine", "Hi [name],\nall fine"),
        ("Dear Mr Smith, thank you", "Dear Mr [name], thank you"),
        ("Dear Mrs. Jones, it broke", "Dear Mrs. [name], it broke"),
        ("Hello John - it broke", "Hello [name] - it broke"),
        ("he parlat amb la Sra. Puig de la factura", "he parlat amb la Sra. [name] de la factura"),
        ("Bună ziua, doamna Popescu, mulțumesc", "Bună ziua, doamna [name], mulțumesc"),
        ("salve, mi chiamo Marco Rossi e scrivo", "salve, mi chiamo [name] e scrivo"),
        ("numele meu este Ioana și aștept", "numele meu este [name] și aștept"),
        ("me llamo Julián, llamo por el recibo", "me llamo [name], llamo por el recibo"),
        ("Ara va bé.\nGràcies, Laia.", "Ara va bé.\nGràcies, [name]."),
        ("No funciona.\nRaquel\n600 000 123", "No funciona.\n[name]\n[phone]"),
    ],
)
def test_personal_data_is_replaced_by_what_it_was(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "El 12.05.2024 a les 10:30 vaig pagar 1.234,56 € per 2 bitllets",
        "order 12345 arrived after 14 days",
        "Hi there, how are you",
        "Dear Customer Service, hello",
        "Estimado Sr. Director, no va",
        "el DNI 12345678A no existe",
        "he esperat 45 minuts i 3 trucades",
        "Voldria saber si obriu a Girona",
        "2024-05-12",
        "Gràcies, però no.",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert mask(text) == text


def test_a_number_of_no_known_kind_is_masked_when_it_is_long() -> None:
    assert mask("contract 123456789012345678901") == "contract [number]"


def test_an_account_number_with_a_wrong_check_is_still_not_shown() -> None:
    assert "2100 0418" not in mask("ES00 2100 0418 4502 0005 1332")
