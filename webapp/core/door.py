"""How requests come in: their fields made fit to be kept, and keys no table can hold leading nowhere."""

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

from webapp.core import fit


class Fields(ImmutableMultiDict[str, Any]):
    """What a form or an address carries, each text made fit."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__(mapping)
        for name, values in list(self.lists()):
            dict.__setitem__(self, name, [fit.text(value) if isinstance(value, str) else value for value in values])


class Asked(Request):
    """A request whose fields are fit."""

    parameter_storage_class = Fields


class Key(IntegerConverter):
    """A key in an address; one that no table can hold is an address that does not exist."""

    def __init__(self, map: Any, **more: Any) -> None:
        super().__init__(map, max=fit.LARGEST, **more)
