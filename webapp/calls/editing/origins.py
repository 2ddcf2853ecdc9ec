"""Where a figure comes from: the place whose template the call began with, 示例 where nobody published it, or the office's own hand."""

import functools
from typing import Any

from webapp.calls.editing.fields import get
from webapp.calls.rules import template, templates

OWN, EXAMPLE = "本地填写", "示例"
PUBLISHED = {"dongguan": ("weights.panel", "weights.residents"), "guangzhou": ("panel.size",)}
"""What a place published that happens to be the figure of the example too."""


@functools.lru_cache(maxsize=16)
def _began(key: str) -> dict[str, Any]:
    return template(key).to_json()


def known(key: str) -> str:
    """The place of a template; empty for a call that began with none."""
    return next((one.place for one in templates() if one.key == key), "")


def origin(key: str, path: str, value: Any) -> str:
    """Where the value at a path of the root comes from, in a word; empty when the call began with no template."""
    place = known(key)
    if not place:
        return ""
    began = get(_began(key), path)
    if value != began:
        return OWN
    published = path in PUBLISHED.get(key, ())
    return f"{place}模板" if published or began != get(_began("example"), path) else EXAMPLE
