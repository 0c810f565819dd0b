"""Lists of names, as one writes them: parted by blanks, with comments behind #."""


def names_in(text: str) -> frozenset[str]:
    """The names of a text."""
    return frozenset(name for line in text.splitlines() for name in line.partition("#")[0].split())
