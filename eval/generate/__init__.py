"""Makes the bundled sample documents with their ground truth, from data files only."""
