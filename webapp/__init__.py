"""Sanshe: from a resident's sentence to the last fen, one slice for each stage of a project's life."""
