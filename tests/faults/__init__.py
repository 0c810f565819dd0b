"""The fault harness: the real stack under seeded faults, judged by a checker that shares no code with it.

`python -m tests.faults` runs every row of the table in `rows`; `--quick` a slice of them; `--row NAME` one.
A row is data: a load, the faults that strike meanwhile, and what the checker must say afterwards.
"""
