"""社工 register, and the monthly 津贴 of who is registered."""
