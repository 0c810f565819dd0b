"""What the dashboard tells of itself."""

from flask import Flask

from dashboards import vitals


def test_requests_are_counted_by_status_with_the_seconds_they_took() -> None:
    server, now = Flask("any"), [0.0]
    registry = vitals.install(server, lambda: now[0])

    @server.get("/slow")
    def slow() -> str:
        now[0] += 3.0
        return "at last"

    client = server.test_client()
    client.get("/slow")
    client.get("/nowhere")
    value = registry.get_sample_value
    assert value("vincle_dashboard_requests_total", {"status": "200"}) == 1
    assert value("vincle_dashboard_requests_total", {"status": "404"}) == 1
    assert value("vincle_dashboard_seconds_sum") == 3.0


def test_whoever_is_turned_away_counts_too() -> None:
    server = Flask("any")
    server.before_request(lambda: ("", 403))
    registry = vitals.install(server)
    server.test_client().get("/")
    assert registry.get_sample_value("vincle_dashboard_requests_total", {"status": "403"}) == 1
