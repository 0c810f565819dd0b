"""Benchmarks: what the product does in a second, beside peers, on the same broker in the same run."""
