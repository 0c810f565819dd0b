"""The emotional bond: one number from everything a customer went through (model bond-1).

Pure arithmetic over felt touchpoints; no clock, no chance, no I/O. Read it in this order:

- `parameters`  the numbers of each model version, and why they are what they are
- `felt`        the input: one felt touchpoint, and how it is read from JSON
- `episodes`    touchpoint -> local impact; touchpoints of one contact -> episode (peak-end rule)
- `recovery`    failures and the acts that heal them
- `reading`     episodes -> the index, its components, emotions and contributions: the reference
- `movement`    what one episode changed, and what changed meanwhile
- `kernel`      the same read-out for many people at once, in numpy
- `bond`        a person's bond as a row of numbers, from which the index at any later time follows
- `state`       the stream's fold: (state, touchpoint) -> state, with the index before and after
- `file`        `vincle read`: lines of touchpoints in, the same lines with results out
"""
