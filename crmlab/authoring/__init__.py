"""Tools for teachers who write content: normal form of notebooks, outline, landing page, scaffolds."""
