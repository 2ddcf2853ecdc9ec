"""评价绩效: self-, community, residents' and evaluator's judgement, mid-term and final, and the grade."""
