"""The scoring engine: a rubric tree and scorecards, for panels, co-review, supervision and evaluation."""
