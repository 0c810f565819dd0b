"""Where a request comes from, and where one may be sent on to."""

import pytest

from dashboards.access.origins import is_within, networks_of, safe_next, sender
from dashboards.access.throttle import Allowance, Throttle

PROXIES = networks_of("10.0.0.0/8, 127.0.0.1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_say_who_asks(peer: str, forwarded: str | None, found: str) -> None:
    assert sender(peer, forwarded, PROXIES) == found


def test_what_is_no_address_is_within_nothing() -> None:
    assert not is_within("unix:", PROXIES)
    assert not is_within(None, PROXIES)


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/customer?id=1", "/customer?id=1"),
        (None, "/"),
        ("", "/"),
        ("//x.example", "/"),
        ("/\\x.example", "/"),
        ("http://x.example", "/"),
        ("/_dash-layout", "/"),
        ("/a\r\nSet-Cookie: b", "/"),
    ],
)
def test_one_is_led_within_the_dashboard_only(wanted: str | None, led_to: str) -> None:
    assert safe_next(wanted) == led_to


def test_some_tries_at_once_then_one_every_so_often() -> None:
    now = [0.0]
    throttle = Throttle(Allowance(at_once=3, seconds=10.0), lambda: now[0])
    assert [throttle.wait("a") for _ in range(4)] == [0.0, 0.0, 0.0, 10.0]
    assert throttle.wait("b") == 0.0
    now[0] = 10.0
    assert [throttle.wait("a"), throttle.wait("a")] == [0.0, 10.0]
    throttle.forget("a")
    assert throttle.wait("a") == 0.0


def test_a_throttle_remembers_so_many_and_no_more() -> None:
    throttle = Throttle(Allowance(at_once=1, seconds=10.0), lambda: 0.0, kept=2)
    assert [throttle.wait(key) for key in "abc"] == [0.0, 0.0, 0.0]
    assert throttle.wait("a") == 0.0
    assert throttle.wait("c") > 0
