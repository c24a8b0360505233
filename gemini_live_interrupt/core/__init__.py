"""The conversation, without I/O: events in, commands out, time as an argument.

Knows who has the floor, what was heard (it asks `heard`), what the model must be told and when. Must
not know clocks, tasks, sockets, google-genai or Pipecat. A note too many, too early or never is
mended here.
"""
