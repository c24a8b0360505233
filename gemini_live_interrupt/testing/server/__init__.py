"""The local Live server: the wire, the floor, a scripted model, faults on demand, and a record of
all of it.

Knows the protocol of the service as documents and recordings show it. Must not know what the
library makes of it, so that it can judge the library.
"""
