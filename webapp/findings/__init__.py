"""比对提示: what looks like something else. Look-alikes, shared identities, one activity paid for twice. Findings, never verdicts."""
