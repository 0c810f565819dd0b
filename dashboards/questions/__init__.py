"""What pages ask the store: filters in, answers out. Each question may be asked by several sections at once."""
