"""Understand a question, find the evidence, compute, verify, answer."""
