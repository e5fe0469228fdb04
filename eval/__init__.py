"""Evaluation: bundled sample, cases, scoring, reports, benchmarks."""
