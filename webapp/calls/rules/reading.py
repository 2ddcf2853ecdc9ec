"""From plain JSON to frozen dataclasses and back, strictly: every refusal names its path."""

import dataclasses
import functools
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from reports.money import Money
from webapp.calls.rules.parts import RulesError


def plain(value: Any) -> Any:
    """A dataclass as plain JSON."""
    if isinstance(value, Money):
        return value.fen
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


@functools.cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Each field of a dataclass: its type, and whether it must be there."""
    hints = get_type_hints(kind)
    missing = dataclasses.MISSING
    return {f.name: (hints[f.name], f.default is missing and f.default_factory is missing) for f in dataclasses.fields(kind)}


def read(kind: Any, value: Any, path: str) -> Any:
    """A value of the wanted type. Raises RulesError with its path."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else read(next(k for k in get_args(kind) if k is not types.NoneType), value, path)
    if origin is Literal:
        if value not in get_args(kind):
            raise RulesError(f"{path}: “{value}”不在可选范围({'、'.join(map(str, get_args(kind)))})。")
        return value
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise RulesError(f"{path}: 应为列表。")
        return tuple(read(get_args(kind)[0], item, f"{path}[{n + 1}]") for n, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise RulesError(f"{path}: 应为对象。")
        return value
    if kind is Money:
        if type(value) is not int or value < 0:
            raise RulesError(f"{path}: 金额应为不小于零的整数（分）。")
        return Money(value)
    if dataclasses.is_dataclass(kind):
        return _read_object(kind, value, path)
    if type(value) is not kind:
        raise RulesError(f"{path}: 应为{ {str: '文字', int: '整数', bool: '是或否'}[kind] }，实为 {value!r}。")
    if kind is int and value < 0:
        raise RulesError(f"{path}: 不能小于零。")
    return value


def _read_object(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise RulesError(f"{path}: 应为对象。")
    fields = _fields(kind)
    if unknown := sorted(set(value) - set(fields)):
        raise RulesError(f"{path}: 有不认识的项 {'、'.join(unknown)}。")
    if missing := [name for name, (_, needed) in fields.items() if needed and name not in value]:
        raise RulesError(f"{path}: 缺少 {'、'.join(missing)}。")
    return kind(**{name: read(fields[name][0], item, f"{path}.{name}") for name, item in value.items()})
