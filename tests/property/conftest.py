"""How Hypothesis runs: the same examples every time, so that a red build is red for everybody.

To look for new ones: `pytest tests/property --hypothesis-profile=explore`.
"""

from hypothesis import HealthCheck, settings

COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("steady", derandomize=True, max_examples=60, **COMMON)  # type: ignore[arg-type]
settings.register_profile("explore", max_examples=2_000, print_blob=True, **COMMON)  # type: ignore[arg-type]
settings.load_profile("steady")
