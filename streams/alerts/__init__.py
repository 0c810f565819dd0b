"""Alerts on the cumulative bond, and hints for routing: our word to an owner. Pure.

What is raised follows from a person's touchpoints in the order of time and from the rules alone, whatever the
chunks, restarts and repeats. A touchpoint that comes late may add alerts; what was raised stays a fact.

- `lived`   a touchpoint as the rules see it, and what may cause an alert
- `kinds`   the closed set of kinds of rules: parameters, and (state, touchpoint) -> (state, causes)
- `rules`   the rules in force: `rules.yaml`, and a company's own file over it
- `watch`   all rules over one person, with their cooldowns
- `alert`   an alert with its owner, unmet needs and next best act; a hint for routing
- `switches`  rules that somebody switched on or off
"""
