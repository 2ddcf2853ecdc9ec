"""Bad input and trouble: every form with everything a person (or a machine) may wrongly send it."""
