"""Broken and hostile PDFs, made from a seed, and what becomes of them."""
