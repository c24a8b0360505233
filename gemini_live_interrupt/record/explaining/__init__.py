"""The explanation of a call: what happened in it, what probably went wrong, and what to change.

Knows a `Record`, and nothing of files or of a terminal. `call.py` reads the lines into replies, cuts and
messages; `story.py` tells them in sentences; the modules of `causes/` each look for one kind of
trouble, and `ranking.py` puts what they found in order.
"""
