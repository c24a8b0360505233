"""The ear: which words of a reply lie in the part of its sound that was played.

Knows text, sound, pauses and spoken units. Must not know playback, conversations, the Live API, or
any other wing of this package: how much was played is an argument. A wrong `heard` is mended here.
"""
