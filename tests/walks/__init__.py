"""Who gets which answer, on every route, written down by hand and walked."""
