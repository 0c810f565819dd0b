"""Where a request comes from, and where one may be sent on to. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlencode, urlsplit

Networks = Sequence[IPv4Network | IPv6Network]
_WITHIN = frozenset({"same-origin", "none"})


def is_from_here(here: str, origin: str | None, fetch_site: str | None) -> bool:
    """Whether a browser says that one of our own pages, at the origin `here`, sent a request.

    All that are in use send `Origin` with what changes something; `Sec-Fetch-Site` only over TLS or to
    this machine. Whoever sends neither is not believed.
    """
    if fetch_site is not None and fetch_site not in _WITHIN:
        return False
    return origin == here if origin is not None else fetch_site == "same-origin"


def safe_next(address: str | None) -> str:
    """Return an address within the dashboard to go on to; `/` for anything else."""
    given = address or "/"
    if not given.startswith("/") or given.startswith(("//", "/\\", "/_")) or not given.isprintable():
        return "/"
    parts = urlsplit(given)
    return "/" if parts.scheme or parts.netloc else given


def sign_in_address(wanted: str) -> str:
    """Return the address of the entrance from which one goes on to `wanted`."""
    return "/sign-in" if wanted == "/" else f"/sign-in?{urlencode({'next': wanted})}"


def networks_of(text: str) -> Networks:
    """Read addresses and networks, comma-separated; ValueError, naming it, if one is neither."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_within(address: str | None, networks: Networks) -> bool:
    """Whether an address belongs to one of the networks."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    return any(found in network for network in networks)


def sender(peer: str | None, forwarded: str | None, proxies: Networks) -> str:
    """Return the address of whoever asks: the last in `X-Forwarded-For` that is no proxy of ours.

    The header counts only as far as our own proxies wrote it; anybody else's claims are not heard.
    """
    chain = [part.strip() for part in (forwarded or "").split(",") if part.strip()]
    address = peer or ""
    while is_within(address, proxies) and chain:
        address = chain.pop()
    return address
