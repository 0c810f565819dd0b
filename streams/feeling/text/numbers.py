"""Numbers in a text that name a person: phones, cards, bank accounts, national ids.

Which number is what is decided by its checksum where it has one, otherwise by the shapes of phone numbers of
Spain, Italy, Romania and the United Kingdom. Long numbers of no known kind are masked as numbers.
"""

import re
from collections.abc import Callable

from stdnum import luhn
from stdnum.es import dni, nie
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.ro import cnp

SHORTEST_NUMBER = 9
"""A number of this many digits or more is masked even if its kind is unknown."""
CARD_DIGITS = range(13, 20)
ID_DIGITS = {10: nhs, 13: cnp}

NUMBER = re.compile(r"(?<![\w+])\+?\(?[0-9](?:(?:[ .\u00a0/-]|\)[ -]?| ?\()?[0-9]){5,}(?!\w)")
DATE = re.compile(
    r"[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:[0-9]{4}|[0-9]{2})"
)
PHONE = re.compile(
    r"(?:\+|00)[1-9][0-9]{6,13}"  # international
    r"|[6789][0-9]{8}"  # Spain
    r"|0[237][0-9]{8}"  # Romania
    r"|3[0-9]{8,9}|0[1-9][0-9]{6,9}"  # Italy
    r"|0[1237][0-9]{8,9}"  # United Kingdom
)
BEFORE_PHONE = re.compile(
    r"(?:\b(?:tel|telf|tlf|telefon|telèfon|teléfono|telefono|mòbil|mobil|móvil|movil|cellulare|cell|numărul"
    r"|phone|mobile|call me on|ring me on|whatsapp)\b[^0-9\n]{0,12})$",
    re.IGNORECASE,
)
IBAN_START = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})[0-9]{2}(?=[ -]?[A-Za-z0-9])")
COUNTRY_LENGTHS = """
AD:24 AT:20 BE:16 BG:22 CH:21 CY:28 CZ:24 DE:22 DK:18 EE:20 ES:24 FI:18 FR:27 GB:22 GR:27 HR:21 HU:28 IE:22
IT:27 LT:20 LU:20 LV:21 MC:27 MD:24 MT:31 NL:18 NO:15 PL:28 PT:25 RO:24 SE:24 SI:19 SK:24 SM:27
"""
IBAN_LENGTHS = {code: int(length) for code, length in (pair.split(":") for pair in COUNTRY_LENGTHS.split())}
CF_DIGIT = "[0-9LMNPQRSTUVlmnpqrstuv]"
DNI = re.compile(r"(?<!\w)[0-9]{2}\.?[0-9]{3}\.?[0-9]{3}[ -]?[A-Za-z](?!\w)")
NIE = re.compile(r"(?<!\w)[XYZxyz][ -]?[0-9]{7}[ -]?[A-Za-z](?!\w)")
FISCAL_CODE = re.compile(
    rf"(?<!\w)[A-Za-z]{{6}}(?:{CF_DIGIT}{{2}}[A-Za-z]){{2}}{CF_DIGIT}{{3}}[A-Za-z](?!\w)"
)
INSURANCE = re.compile(
    r"(?<!\w)(?![DFIQUVdfiquv])[A-Za-z](?![DFIOQUVdfioquv])[A-Za-z] ?(?:[0-9]{2} ?){3}[A-Da-d](?!\w)"
)
"""A National Insurance number: it has no check digit."""
CHECKED_IDS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (DNI, dni.is_valid),
    (NIE, nie.is_valid),
    (FISCAL_CODE, codicefiscale.is_valid),
)


def mask_numbers(text: str) -> str:
    """Replace bank accounts, ids, cards, phones and other long numbers by what they are."""
    text = _mask_ibans(text)
    for shape, valid in CHECKED_IDS:
        text = _mask_ids(text, shape, valid)
    return NUMBER.sub(_number, INSURANCE.sub("[id]", text))


def _mask_ids(text: str, shape: re.Pattern[str], valid: Callable[[str], bool]) -> str:
    """Mask valid ids; dots inside, as in 12.345.678-Z, count for nothing."""
    return shape.sub(lambda match: "[id]" if valid(match.group().replace(".", "")) else match.group(), text)


def _mask_ibans(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for match in IBAN_START.finditer(text):
        end = _iban_end(text, match.start(), IBAN_LENGTHS.get(match.group(1).upper(), 0))
        if match.start() >= done and end:
            pieces += (text[done : match.start()], "[iban]")
            done = end
    return "".join((*pieces, text[done:])) if pieces else text


def _iban_end(text: str, start: int, length: int) -> int:
    """Return where a valid account number that starts here ends; 0 if there is none."""
    found = ""
    position = start
    while len(found) < length and position < len(text):
        character = text[position]
        if character.isascii() and character.isalnum():
            found += character
        elif character not in " -\u00a0":
            return 0
        position += 1
    whole = position == len(text) or not text[position].isalnum()
    return position if length and len(found) == length and whole and _iban_is_valid(found) else 0


def _iban_is_valid(account: str) -> bool:
    turned = (account[4:] + account[:4]).upper()
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _number(match: re.Match[str]) -> str:
    found = match.group()
    digits = "".join(character for character in found if character in "0123456789+")
    count = len(digits.lstrip("+"))
    if DATE.fullmatch(found):
        return found
    checked = ID_DIGITS.get(count)
    if PHONE.fullmatch(digits) and not (count == 13 and checked and checked.is_valid(digits)):
        return "[phone]"
    if checked is not None and checked.is_valid(digits):
        return "[id]"
    if count in CARD_DIGITS and luhn.is_valid(digits.lstrip("+")):
        return "[card]"
    if BEFORE_PHONE.search(match.string, max(match.start() - 40, 0), match.start()):
        return "[phone]"
    return "[number]" if count >= SHORTEST_NUMBER else found
