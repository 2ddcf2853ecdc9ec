"""Calendar files and feeds: what the standards ask, whatever is written in them."""

import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from reports import atom, ics

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ANY = st.text(max_size=200)


def unfolded(content: bytes) -> list[str]:
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for line in content.split(b"\r\n"):
        line.decode()  # no character is cut in two
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def read(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


@settings(max_examples=200, deadline=None)
@given(ANY, ANY)
def test_any_words_come_back_and_make_no_line_of_their_own(title, text):
    event = ics.Event("a@b", title, AT, AT, text=text)
    lines = unfolded(ics.calendar("日程", [event], product="三社"))
    clean = {key: read(value) for key, _, value in (line.partition(":") for line in lines)}
    kept = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", title.replace("\r\n", "\n").replace("\r", "\n"))
    assert clean["SUMMARY"] == kept
    assert [line.partition(":")[0] for line in lines].count("BEGIN") == 2


def test_moments_are_utc_and_days_end_before_the_next():
    events = [
        ics.Event("x", "截止", datetime(2026, 3, 22, 9, 0, tzinfo=UTC), AT, sequence=3, cancelled=True),
        ics.Event("y", "公示", date(2026, 4, 1), AT, last=date(2026, 4, 7), href="https://a.example/notices/1"),
    ]
    lines = unfolded(ics.calendar("日程", events, product="三社"))
    assert "DTSTART:20260322T090000Z" in lines
    assert {"SEQUENCE:3", "STATUS:CANCELLED", "DTSTART;VALUE=DATE:20260401", "DTEND;VALUE=DATE:20260408"} <= set(lines)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "URL:https://a.example/notices/1" in lines


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_a_feed_is_xml_whatever_is_written(words):
    content = atom.feed("更新", [atom.Entry("1", words, words, "/calls/1", AT)], key="k", href="/f", author="局", empty_at=AT)
    root = ElementTree.fromstring(content)
    names = {"a": atom.NAMESPACE}
    assert root.findtext("a:updated", namespaces=names) == "2026-03-02T01:00:00Z"
    assert root.findtext("a:entry/a:id", namespaces=names).startswith("urn:uuid:")
    assert root.find("a:entry/a:content", names) is not None


def test_an_entry_keeps_its_name():
    def ids(title):
        root = ElementTree.fromstring(
            atom.feed("更新", [atom.Entry("call/1", title, "", "/", AT)], key="k", href="/f", author="局", empty_at=AT)
        )
        return [one.text for one in root.iter(f"{{{atom.NAMESPACE}}}id")]

    assert ids("旧名") == ids("新名")
    assert len(set(ids("旧名"))) == 2
