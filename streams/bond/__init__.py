"""The emotional bond: one number from everything a customer went through (model bond-1).

Pure arithmetic over felt touchpoints; no clock, no chance, no I/O. The model, in reading order:

- `parameters`     the numbers of each model version, and why they are what they are
- `felt`           the input: one felt touchpoint, and how it is read from JSON
- `episodes`       touchpoint -> local impact; touchpoints of one contact -> episode (peak-end rule)
- `recovery`       failures and the acts that heal them
- `reading`        episodes -> the index, its components, emotions and contributions: the reference
- `file`           `vincle read`: lines of touchpoints in, the same lines with results out

The stream, one touchpoint at a time, at a cost that does not grow with the history:

- `fold`           (state, touchpoint) -> state, with the index before and after
- `state`          what is remembered of a person, a few hundred bytes
- `bond`           its heart: sums from which the index at any later time follows
- `contact`, `open_episodes`, `workbench`  what may still change: contacts that grow, failures that heal
- `scratch`        the state made again from a whole history, for what the fast path cannot follow
- `seen`           which names a state has met
- `movement`       what one episode changed, and what changed meanwhile

Many people at once: `kernel`, the same read-out in numpy, for replay and what-if.
"""
