"""What the public may read: lists of what is published, and the story of one need."""
