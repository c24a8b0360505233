"""`gemini-live-interrupt timeline`: one call as one page that needs nothing else.

`page` makes the HTML of a record, `waves` its waveforms, `command` reads, writes and takes a
picture. What the page looks like and does is in the folder `page`.
"""
