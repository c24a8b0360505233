"""What happened in a call, written down: the flight recorder, and what can be learnt from its records.

Knows the form of a record (docs/recording.md), how one is written without the host noticing, how it
is read, run through the core again, and explained in plain sentences. Must not know google-genai or
Pipecat: both shells hand their events and commands to a `Recorder`, and the commands read files. A
wing of its own because three sides need it that must not know each other: the shells write, the
commands read, and tests look into records without any of them. Of its modules only those that write
and read files do I/O (`writing.py`, `folders.py`, `call_sound.py`); the rest takes and gives
values.
"""
