"""Names where a text shows that they are names: in greetings and signatures, introduced, behind a title.

A name elsewhere is not looked for: without a list of names it cannot be told from a brand or a place.
"""

import re

NAME = r"(?:[A-ZÀ-ÖØ-ÞĂȘȚŞŢ][\w'’-]{1,30}|[A-Z]\.)"
NAMES = rf"{NAME}(?: (?:(?:de|del|della|di|da|dels|i|y|la|van|von) ){{0,2}}{NAME}){{0,3}}"
TITLE = (
    r"(?:(?:[Ss]ra?|[Ss]rta|[Ss]ig|[Ss]ig\.ra|[Dd]ott|[Dd]ott\.ssa|[Mm]rs?|[Mm]s|[Dd]ra?|[Dd]na|[Dd]l)\.? "
    r"|[Ss]enyora? |[Ss]eñora? |[Ss]ignora? |[Dd]omnule |[Dd]oamnă |[Dd]oamna "
    r"|[Dd]on |[Dd]oña |[Ee]n |[Nn]a )?"
)
ENDING = r"[\s.!]*(?:\[[a-z]{2,8}\][\s.!]*){0,4}$"
"""A signature may be followed by what was a phone number or an address."""
MASKS_BEHIND = re.compile(r"(?:[\s.!]*\[[a-z]{2,8}\]){1,4}[\s.!]*$")

GREETING = re.compile(
    r"\s*(?:(?i:hola|bon dia|bona tarda|bones|benvolgut|benvolguda|estimat|estimada|apreciat|apreciada"
    r"|buenos días|buenos dias|buenas tardes|buenas|estimado|querido|querida"
    r"|ciao|salve|buongiorno|buonasera|gentile|gentilissimo|gentilissima|caro|cara|egregio"
    r"|bună ziua|buna ziua|bună seara|buna seara|bună|buna|salut|stimate|stimată|stimata|dragă|draga"
    r"|hi|hello|hey|dear|good morning|good afternoon|good evening)),? "
    rf"({TITLE})({NAMES})(?=\s*[,.!:;\n–—]|\s+-\s|$)"
)
CLOSING = re.compile(
    r"(?:^|[\n,.!?;] {0,3})(?:(?i:salutacions|salutacions cordials|atentament|cordialment|gràcies"
    r"|moltes gràcies"
    r"|una abraçada|fins aviat|a reveure|records|saludos|un saludo|atentamente|gracias"
    r"|muchas gracias|un abrazo"
    r"|gracias de antemano|gràcies per endavant|grazie in anticipo|mulțumesc anticipat|thanks in advance"
    r"|saluti|cordiali saluti|distinti saluti|un saluto|cordialmente|grazie|grazie mille|a presto"
    r"|cu stimă|cu stima|cu respect|mulțumesc|multumesc|mersi|o zi bună|o zi buna|salutări"
    r"|regards|kind regards|best regards|warm regards|best wishes|best|cheers|thanks|many thanks|thank you"
    r"|yours|yours sincerely|sincerely|yours faithfully))"
    rf"[ ,.!–—-]*\s*({TITLE}{NAMES}){ENDING}"
)
LAST_LINE = re.compile(rf"[\n]\s*[–—-]?\s*({TITLE}{NAMES}){ENDING}")
OWN_NAME = re.compile(
    r"(?i:\bem dic|\bel meu nom és|\bme llamo|\bmi nombre es|\bmi chiamo|\bil mio nome è|\bm[aă] numesc"
    r"|\bnumele meu este|\bnumele meu e|\bmy name is|\bmy name's"
    r"|\bthis is(?= \S+ (?:speaking|here|calling|from))"
    r"|\b(?:sóc|soc) (?:en|na|el|la)) "
    rf"({NAMES})"
)
TITLED = re.compile(
    r"(?<!\w)(?:[Ss]ra?|[Ss]rta|[Ss]ig|[Ss]ig\.ra|[Dd]ott|[Dd]ott\.ssa|M(?:rs?|s)|[Dd]na|[Dd]l)\.? "
    rf"({NAMES})"
)
TITLE_CLUES = ("Sr", "sr", "Sig", "sig", "ott", "Mr", "Ms", "Dna", "dna", "Dl", "dl")
OWN_NAME_CLUES = (
    " dic ", "nom és", "llamo", "ombre es", "chiamo", "nome è", "numesc", "umele meu", "name", "his is",
    "óc ", "oc ",
)  # fmt: skip
SIGNATURE_REACH = 120
"""A signature is looked for in this many characters before the end."""
NO_NAMES = """
equip equipo team support suport soporte client cliente clienti clients servei servicio servizio service staff
mr mrs ms dr dra sr sra srta sig dott dl dna director directora direttore direttrice directoare
customer customers all everyone there tots todos tutti toti everybody guys bank banca banc sirs madam sir
i you he she it we they the a my no yes sí sì da nu ok
"""
NOT_NAMES = frozenset(NO_NAMES.split())


def mask_names(text: str) -> str:
    """Replace recognisable names by `[name]`."""
    text = _greeted(text)
    if any(clue in text for clue in OWN_NAME_CLUES):
        text = OWN_NAME.sub(lambda match: _swapped(match, 1), text)
    if any(clue in text for clue in TITLE_CLUES):
        text = TITLED.sub(_untitled, text)
    return _unsigned(text)


def _untitled(match: re.Match[str]) -> str:
    if match.group(1).split()[0].lower() in NOT_NAMES:
        return match.group()
    return _swapped(match, 1)


def _greeted(text: str) -> str:
    match = GREETING.match(text)
    if match is None or match.group(2).split()[0].lower() in NOT_NAMES:
        return text
    return f"{text[: match.start(2)]}[name]{text[match.end(2) :]}"


def _swapped(match: re.Match[str], group: int) -> str:
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    whole = match.group()
    return f"{whole[:start]}[name]{whole[end:]}"


def _unsigned(text: str) -> str:
    """Mask the name that a text ends with, if a closing word or a line of its own shows that it is one."""
    last = text.rstrip(" \n\r\t.!")
    if last.endswith("]"):
        last = MASKS_BEHIND.sub("", text[-SIGNATURE_REACH:])
    word = last[last.rfind(" ") + 1 :] if " " in last[-40:] else last[-40:]
    word = word[word.rfind("\n") + 1 :]
    if not word[:1].isupper():
        return text
    cut = max(len(text) - SIGNATURE_REACH, 0)
    match = CLOSING.search(text, cut) or LAST_LINE.search(text, cut)
    if match is None or match.group(1).split()[0].lower() in NOT_NAMES:
        return text
    return f"{text[: match.start(1)]}[name]{text[match.end(1) :]}"
