"""Who may come in, and what they may do.

`rights` says what each role may; `gate` stands before every answer of the server and `guard` before every
answer of the store. `book` keeps users, sessions and one-time links; `entrance` is the pages to sign in by.
"""
