"""An evening's assignment: 300 applications, 60 judges of five fields, some of them tied, some kept apart, none sharing too much."""

import random
import time

from webapp.reviews.rules.assign import Order, assign, breaks, loads

APPLICATIONS, JUDGES, EACH = 300, 60, 5


def order() -> Order:
    """The same each time."""
    chance = random.Random(1)
    judges = tuple(range(JUDGES))
    allowed = {one: frozenset(judge for judge in judges if chance.random() > 0.07) for one in range(APPLICATIONS)}
    return Order(
        allowed, judges, EACH, "seed", share=30,
        fits=frozenset((one, judge) for one in allowed for judge in judges if one % 5 == judge % 5),
        apart=frozenset(frozenset(chance.sample(judges, 2)) for _ in range(30)),
    )  # fmt: skip


def seconds() -> float:
    """Processor time of one assignment. Raises AssertionError for one that breaks a condition."""
    asked = order()
    began = time.process_time()
    given = assign(asked)
    took = time.process_time() - began
    load = loads(given, asked.judges).values()
    assert not breaks(asked, given)
    assert max(load) - min(load) <= 1
    return round(took, 2)
