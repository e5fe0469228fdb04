"""Trains the shipped embedding model from the vocabulary and invented passages: `python -m eval.train`."""
