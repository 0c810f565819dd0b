"""Sparklines: small pictures without axes, as an image that needs no script."""

from base64 import b64encode
from collections.abc import Sequence

WIDTH, HEIGHT = 112, 34


def spark(values: Sequence[float], colour: str) -> str:
    """Return a line through the values as the address of an SVG image; empty if there is no line."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    scale = (HEIGHT - 8) / (high - low) if high > low else 0.0
    step = (WIDTH - 8) / (len(values) - 1)
    points = [
        (4 + at * step, HEIGHT - 4 - (value - low) * scale if scale else HEIGHT / 2)
        for at, value in enumerate(values)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<polygon points="{path} {x:.1f},{HEIGHT} 4,{HEIGHT}" fill="{colour}" opacity=".12"/>'
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
