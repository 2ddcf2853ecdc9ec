"""疑点清单: what a person should look at in the papers of delivery and money. It decides nothing."""
