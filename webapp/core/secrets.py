"""Sealed fields, keyed hashes and passwords. Every result names its algorithm and key, so both can be changed later."""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets as _random
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_keys: dict[str, bytes] = {}
_current = "k1"
_passwords = PasswordHasher()


def load(folder: Path) -> bytes:
    """Read the installation's key file, making it on first use, and return the key for cookies."""
    path = folder / "secret.key"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(_random.token_bytes(32))
        draft.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # whoever links first wins; a second process then reads that key
        draft.unlink()
    _keys[_current] = path.read_bytes()
    return keyed("cookie", "").encode()


def _key(name: str, purpose: str) -> bytes:
    return hmac.new(_keys[name], purpose.encode(), hashlib.sha256).digest()


def seal(text: str) -> str:
    """Encrypt a sensitive text (AES-256-GCM)."""
    nonce = os.urandom(12)
    sealed = AESGCM(_key(_current, "seal")).encrypt(nonce, text.encode(), None)
    return f"aesgcm${_current}${base64.b64encode(nonce + sealed).decode()}"


def unseal(text: str) -> str:
    """The reverse of `seal`. Raises ValueError when the text was changed or the key is gone."""
    try:
        algorithm, key, body = text.split("$", 2)
        if algorithm != "aesgcm":
            raise ValueError(f"unknown seal {algorithm}")
        raw = base64.b64decode(body)
        return AESGCM(_key(key, "seal")).decrypt(raw[:12], raw[12:], None).decode()
    except Exception as error:
        raise ValueError("密文不能解开：内容被改动或密钥不在") from error


class Sealed(sa.types.TypeDecorator[str]):
    """A text encrypted at rest; find it by a keyed hash beside it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else unseal(value)


def keyed(purpose: str, text: str) -> str:
    """A keyed hash (HMAC-SHA256): equal texts give equal hashes, and nobody without the key can try texts."""
    return hmac.new(_key(_current, purpose), text.encode(), hashlib.sha256).hexdigest()


def hash_password(password: str) -> str:
    """An argon2id record of a password."""
    return _passwords.hash(password)


def password_fits(record: str | None, password: str) -> bool:
    """Check a password; takes the same time when there is no record, so that names cannot be probed."""
    try:
        return _passwords.verify(record or _NOBODY, password) and record is not None
    except (VerificationError, InvalidHashError):
        return False


def _nobodys_record() -> str:
    """A record that no password fits and that takes as long to try as any other; nothing is hashed for it at the start."""
    salt, tag = (base64.b64encode(_random.token_bytes(n)).decode().rstrip("=") for n in (_passwords.salt_len, _passwords.hash_len))
    return f"$argon2id$v=19$m={_passwords.memory_cost},t={_passwords.time_cost},p={_passwords.parallelism}${salt}${tag}"


_NOBODY = _nobodys_record()


def code(digits: int = 6) -> str:
    """A one-time number code."""
    return str(_random.randbelow(10**digits)).zfill(digits)


def token() -> str:
    return _random.token_urlsafe(18)
