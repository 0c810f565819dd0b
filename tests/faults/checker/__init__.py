"""Says whether what stands in the published views is what was acknowledged; shares no code with the worker.

Only the standard library is imported here, and only the published views are read, over plain HTTP.
"""
