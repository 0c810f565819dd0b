"""What pages ask the store: filters in, answers out. Several sections may ask the same."""
