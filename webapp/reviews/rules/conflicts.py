"""回避: what ties a person to an organisation that applies, as a pure rule over what the register and the pool hold.

政府采购法实施条例第九条: who within three years was employed by, or director, supervisor, controlling person or close kin of
those of, a supplier, or has another relation that may touch the fairness of the work, stands aside. One tie is enough; the
rule errs towards standing aside, because another can always be given the work.
"""

from dataclasses import dataclass

KINDS = {
    "declared": "已申报的关系",
    "employed": "三年内任职",
    "hosted": "任职单位是其挂靠单位",
    "employer": "工作单位就是申报单位或其挂靠单位",
    "person": "与法定代表人同名",
    "phone": "联系电话相同",
    "shared": "任职单位与其电话、地址或法定代表人相同",
}


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation, as far as it tells who stands behind it."""

    id: int
    name: str
    host_id: int | None = None
    host_name: str = ""
    leader: str = ""
    address: str = ""
    phone: str = ""
    phone_key: str = ""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who is to judge or decide. `at`: where employed within the look-back; `declared`: ties said or pinned."""

    id: int
    name: str = ""
    phone_key: str = ""
    employer: str = ""
    at: tuple[Body, ...] = ()
    declared: frozenset[int] = frozenset()


def ties(person: Somebody, body: Body) -> list[str]:
    """What ties a person to an organisation, as keys of `KINDS`; nothing when he may judge it."""
    return [kind for kind, tied in _kinds(person, body) if tied]


def _kinds(person: Somebody, body: Body) -> tuple[tuple[str, bool], ...]:
    places = {one.id for one in person.at}
    return (
        ("declared", body.id in person.declared),
        ("employed", body.id in places),
        ("hosted", body.host_id is not None and body.host_id in places),
        ("employer", bool(_plain(person.employer)) and _plain(person.employer) in {_plain(body.name), _plain(body.host_name)}),
        ("person", bool(person.name) and person.name == body.leader),
        ("phone", bool(body.phone_key) and body.phone_key == person.phone_key),
        ("shared", any(one.id != body.id and _same(one, body) for one in person.at)),
    )


def _same(one: Body, other: Body) -> bool:
    pairs = ((one.leader, other.leader), (one.address, other.address), (one.phone, other.phone))
    return any(_plain(a) and _plain(a) == _plain(b) for a, b in pairs)


def _plain(text: str) -> str:
    return "".join(text.split()).replace("-", "").replace("(", "（").replace(")", "）")
