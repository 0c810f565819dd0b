"""What to do next for a customer: which needs are unmet, who answers for it, how soon, which words.

Pure: all of it follows from what is remembered of a person (`streams.bond.state`) at a time, and from data.

- `next_act`   open failures -> the next best act of each case
- `words`      what to do and how to say it, in the customer's language; the phrases are in `words/`
"""
