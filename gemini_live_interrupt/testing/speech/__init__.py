"""Voices and ears for the local server: text to speech with word times, and speech to text.

Knows sound. Must not know the protocol or who is speaking to whom.
"""
