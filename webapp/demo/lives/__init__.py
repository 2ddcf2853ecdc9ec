"""The lives of the demo city: a need, a community's ballots, a call, an application, a project, each told straight through."""
