"""The dashboard: what customers felt, shown to the people who can change it.

`store` asks ClickHouse (published views only, SQL in `queries`), `questions` are what pages ask, `answers`
makes figures of rows, `figures` and `parts` draw them, `pages` put them together (one file a page), `app`
builds the whole and `serve` runs it.
"""
