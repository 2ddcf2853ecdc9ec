"""协同审核, panels, draw, recusal, scores, ranking, decision, 公示 and objections."""
