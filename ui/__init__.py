"""The page: typed results turned into what a browser shows. No figure is made here."""
