"""`gemini-live-interrupt demo`: the same conversation twice at once, without and with the library.

`scene` is what is said, `side` one of the two conversations, `spoken` what was heard in it,
`screen` what it looks like, `sound` the WAV file, `microphone` a live user, and `command` puts them
together. Only `command` is imported by the command line.
"""
