"""The book as plain dictionaries: what each verb should do, written a second time and without a database."""

from collections import defaultdict

FLOWS = {
    "budget": [("source", "available")], "reserve": [("available", "committed")], "release": [("committed", "available")],
    "request": [("committed", "requested")], "bounce": [("requested", "committed")], "pay": [("requested", "paid")],
    "spend": [("paid", "spent")], "unspend": [("spent", "paid")], "give_back": [("paid", "available")],
}  # fmt: skip
TURNOVER = {
    "budget": ("budget", 1), "reserve": ("committed", 1), "release": ("committed", -1), "request": ("requested", 1),
    "bounce": ("requested", -1), "pay": ("paid", 1), "spend": ("spent", 1), "unspend": ("spent", -1), "give_back": ("returned", 1),
}  # fmt: skip


class Reference:
    def __init__(self):
        self.balance = defaultdict(int)
        self.turnover = defaultdict(int)
        self.done = {}
        """source → (verb, year, reason, fen), for reversals."""
        self.reversed = set()

    def pot(self, kind, year, reason):
        return (kind, year, "" if kind in {"source", "available"} else reason)

    def post(self, verb, year, reason, fen, source, sign=1):
        """True when it was posted, False when it must be refused."""
        if source in self.done or fen <= 0:
            return False
        after = dict(self.balance)
        for left, right in FLOWS[verb]:
            after[self.pot(left, year, reason)] = after.get(self.pot(left, year, reason), 0) - sign * fen
            after[self.pot(right, year, reason)] = after.get(self.pot(right, year, reason), 0) + sign * fen
        if any(amount < 0 for (kind, *_), amount in after.items() if kind != "source"):
            return False
        self.balance.update(after)
        name, way = TURNOVER[verb]
        self.turnover[name, year, reason if name != "budget" else ""] += sign * way * fen
        self.done[source] = (verb if sign == 1 else "reverse", year, reason, fen)
        return True

    def reverse(self, of, source):
        verb, year, reason, fen = self.done[of]
        if verb == "reverse" or of in self.reversed or not self.post(verb, year, reason, fen, source, sign=-1):
            return False
        self.reversed.add(of)
        return True

    def total(self, name, year=None, reason=None):
        return sum(
            fen for (what, when, why), fen in self.turnover.items()
            if what == name and year in (None, when) and (reason is None or why == reason)
        )  # fmt: skip
