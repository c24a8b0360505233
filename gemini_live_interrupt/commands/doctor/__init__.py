"""`gemini-live-interrupt doctor`: what keeps interruptions from being resumed, and what to do.

`finding` is one line of the report, `installed` looks at the environment, `wrapped` at google-genai's
classes, `config` at a session's configuration, `connection` opens a session, and `command` puts them
together. None of them changes anything.
"""
