"""What a signed-in person sees first: to-dos, figures, search, inbox."""
