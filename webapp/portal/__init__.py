"""What the public sees: needs, ballots, calls, notices, projects, money, open data."""
