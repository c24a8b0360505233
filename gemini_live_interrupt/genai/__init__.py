"""The shell for google-genai: messages become events of the core, its commands become sends.

Knows asyncio, wrapt and the field names of google-genai; decides nothing, that is the core's.
Contains every error, so that none reaches the host. A crash in `receive()` is mended here.
"""
