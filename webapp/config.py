"""What the house is told from outside: one frozen value read from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one installation; everything a city changes day to day lives in `core.settings` instead."""

    data: Path
    """Folder of the database, the stored files and the keys (`SANSHE_DATA`)."""
    database: str
    """SQLAlchemy address; SQLite `sanshe.db` in the data folder unless `SANSHE_DATABASE` names another."""
    port: int = 8000
    site_name: str = "三社联动公益创投项目平台"
    site_short: str = "三社联动 · 公益创投"
    idle_minutes: int = 30
    """A signed-in session ends after so many idle minutes (GB/T 22239-2019: auto-exit on timeout)."""
    secure_cookies: bool = False
    two_steps: bool = False
    """Officers, finance, experts and administrators set up 动态口令 before anything else (`SANSHE_TWO_STEPS=1`); else it is offered."""
    sms: str = ""
    """A program that sends a text (`core.outbox.open_port`); empty when the installation has none."""
    clamd: str = ""
    """Where ClamAV's daemon listens, `host:port` or the path of its socket (`SANSHE_CLAMD`); empty: files are not searched for viruses."""
    faults: str = ""
    """Only for tests: the folder whose traps make `core.faults` kill the process; empty means never."""

    @classmethod
    def from_environment(cls) -> "Config":
        data = Path(os.environ.get("SANSHE_DATA") or "data").expanduser().resolve()
        return cls(
            data=data,
            database=os.environ.get("SANSHE_DATABASE") or f"sqlite:///{data / 'sanshe.db'}",
            port=int(os.environ.get("PORT") or 8000),
            site_name=os.environ.get("SANSHE_NAME") or "三社联动公益创投项目平台",
            idle_minutes=int(os.environ.get("SANSHE_IDLE_MINUTES") or 30),
            secure_cookies=os.environ.get("SANSHE_HTTPS") == "1",
            two_steps=os.environ.get("SANSHE_TWO_STEPS") == "1",
            sms=os.environ.get("SANSHE_SMS") or "",
            clamd=os.environ.get("SANSHE_CLAMD") or "",
            faults=os.environ.get("SANSHE_FAULT") or "",
        )
