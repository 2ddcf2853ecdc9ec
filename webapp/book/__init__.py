"""The book: append-only double entry in fen; every posting names its reason by a reference and it knows no project."""
