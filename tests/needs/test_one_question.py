"""我要反映 asks one question; all else lies folded until it is wanted, or wrong. And a photo tells nothing but its picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.sounds import recording

PLACE = {1: "N", 2: (31.0, 19.0, 8.0), 3: "E", 4: (120.0, 37.0, 10.0)}
"""North and east, in degrees, minutes and seconds."""
GPS, MAKE, TAKEN = 0x8825, 0x010F, 0x0132


def taken_at(kind: str) -> bytes:
    """A photo as a telephone takes it: where, when, and with what."""
    exif = Image.Exif()
    exif[MAKE], exif[TAKEN] = "Phone of Granny", "2026:03:02 09:00:00"
    exif.get_ifd(GPS).update(PLACE)
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind, exif=exif)
    return out.getvalue()


def folded(page):
    """The fold, and what lies in it."""
    (fold,) = page.tree.xpath("//details[summary='再补充几句（可不填）']")
    return fold, {one.get("name") for one in fold.xpath(".//input|.//select|.//textarea")}


@pytest.fixture(params=["needs.new", "needs.new_for"])
def form(request, site, cast):
    more = {"street": "320508019"} if request.param == "needs.new_for" else {}
    return site.as_(cast.granny).open(request.param, **more)


def test_only_the_box_and_the_recording_stand_open(form):
    fold, inside = folded(form)
    assert fold.get("open") is None
    assert inside == {"category", "place", "photos"}
    standing = {
        one.get("name")
        for one in form.tree.xpath("//main//form[.//textarea]//*[self::input or self::select or self::textarea][not(ancestor::details)]")
    }
    assert {"words", "recording"} <= standing
    assert form.tree.xpath("//input[@name='recording'][@type='file'][@accept='audio/*'][@capture][not(@multiple)]")


def test_an_iphone_is_asked_for_a_file_and_not_for_a_film(site, cast):
    phone = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"}
    page = site.as_(cast.granny).get("/needs/new", headers=phone)
    (field,) = page.tree.xpath("//input[@name='recording']")
    assert field.get("capture") is None
    assert ".m4a" in field.get("accept").split(",")
    assert "语音备忘录" in page
    assert "语音备忘录" not in site.as_(cast.granny).get("/needs/new")


@pytest.mark.parametrize("wrong", [{"place": "长" * 61}, {"place": "北门"}, {"category": "safety"}, {"photos": b"MZ"}])
def test_it_opens_again_for_what_is_in_it(site, cast, wrong):
    sent = {name: [(io.BytesIO(value), "a.exe")] if isinstance(value, bytes) else value for name, value in wrong.items()}
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="", **sent)
    assert page.status == 422
    assert folded(page)[0].get("open") is not None


def test_it_stays_folded_for_another_mistake(site, cast):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="")
    assert page.status == 422
    assert folded(page)[0].get("open") is None


def test_what_lies_in_the_fold_is_sent_all_the_same(site, cast):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="灯坏了", place="北门", category="safety", recording=recording())
    assert "北门" in page


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "灯.jpg"), ("PNG", "灯.png"), ("WEBP", "灯.webp")])
def test_a_photo_comes_out_without_where_when_and_with_what(site, cast, kind, name):
    sent = taken_at(kind)
    assert dict(Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS))[1] == "N", "it did carry the place"
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="灯坏了", photos=[(io.BytesIO(sent), name)])
    kept = site.as_(cast.worker).client.get(page.links(name)[0])
    picture = Image.open(io.BytesIO(kept.data))
    assert (picture.format, picture.size) == (kind, (40, 30))
    assert len(picture.getexif()) == 0
    assert not {"exif", "xmp"} & set(picture.info)
    for trace in (b"Granny", b"2026:03:02", b"Exif\0\0", b"eXIf", b"EXIF"):
        assert trace not in kept.data
