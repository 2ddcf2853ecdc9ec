"""What people look at (看板): the money, what is due, what is at risk, gaps, costs, flows, areas, and one payment traced to the need."""
