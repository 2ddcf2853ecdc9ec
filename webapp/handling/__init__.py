"""办理: what becomes of a need once it is said: its clocks and who is told when they run out, departments, orders, pledges, 回访."""
