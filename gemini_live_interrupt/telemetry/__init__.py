"""OpenTelemetry: what a session did, as spans and metrics (extra `otel`).

Knows the core's events, commands and records, and how they are told in OpenTelemetry's words. Must
not know google-genai or Pipecat; the shells start it beside the flight recorder. OpenTelemetry is
imported when a session is followed that wants it, and never else.
"""
