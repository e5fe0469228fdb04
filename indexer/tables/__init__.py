"""Pages of characters and rulings to tables and lines."""
