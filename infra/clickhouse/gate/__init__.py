"""The gate: which statements the identities that are not the administrator may run.

The engine judges with its own parser, so no other reading of a text can be smuggled past it:

    text → the engine writes it anew (formatQuerySingleLine) → `tail`: FORMAT and SETTINGS are taken off
         → the engine shows its syntax tree (EXPLAIN AST) → `tree` reads it → `rules` allow or refuse it
         → what the engine wrote runs, with the role's limits, and read-only

Nothing is executed to judge.  What a rule does not know is refused: every kind of node, function, table,
setting and format is on a list (`roles`, `rules`, `functions.txt`) or does not pass.
"""
