"""The demo city: a simulation that plays two years day by day through the same verbs people use. All of it is invented."""
