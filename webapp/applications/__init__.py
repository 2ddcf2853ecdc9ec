"""申报: the form in sections, budget, attachments, snapshots, landing consent, formal check."""
