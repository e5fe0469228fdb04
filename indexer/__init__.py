"""Read budget PDFs into tables, facts, claims and chunks, check them, and keep them in a store."""
