"""Asking a model, in real calls, what its documents leave open."""
