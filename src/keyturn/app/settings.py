"""Settings, read from the environment: ``KEYTURN_...``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from keyturn.cards.limits import Limits
from keyturn.connectors.folder import default_data_folder, in_data
from keyturn.data.file_model import FileRules
from keyturn.workers.admission import AdmissionRules

_UNTOLD = frozenset({"database_url", "secret_key", "former_secret_keys", "admin_token", "proxy"})


class Settings(BaseSettings):
    """What an operator may set; every field is ``KEYTURN_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="KEYTURN_", extra="ignore")

    data: Path = Field(default_factory=default_data_folder, description="Folder of key file, Postgres and files.")
    database_url: SecretStr | None = Field(
        default=None, description="Postgres to use; without it one is started in the data folder."
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Key that seals connections: 32 bytes, base64 or hex; else a key file is made.",
    )
    former_secret_keys: SecretStr | None = Field(
        default=None,
        description="Keys that sealed before, with commas; keyturn admin doctor seals anew what they sealed.",
    )
    admin_token: SecretStr | None = Field(
        default=None, min_length=20, description="A token with all permissions, instead of the one made at first start."
    )
    sandbox_urls: Path | None = Field(
        default=None, description="File in which a running sandbox says where it is; sandbox.json in the data folder."
    )
    connectors: Path | None = Field(
        default=None, description="Folder of connectors of your own; connectors in the data folder."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8450, ge=0, le=65535, description="Port to listen on; 0 for any free one.")
    public_url: str | None = Field(default=None, description="Address by which apps reach this installation.")
    egress_allow: str = Field(
        default="",
        description="Private addresses that flows may reach, with commas: 10.0.0.0/8,127.0.0.1:9000.",
    )
    ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) that are trusted for apps beside the system's."
    )
    proxy: SecretStr | None = Field(
        default=None,
        description="Proxy by way of which apps are reached: http://proxy.example:3128, or with user:password@.",
    )
    no_proxy: str = Field(
        default="", description="What is reached without the proxy, with commas: 10.0.0.0/8,*.corp.example."
    )
    answer_seconds: float = Field(default=60, gt=0, description="How long an app may take to answer.")
    answer_bytes: int = Field(default=20_000_000, gt=0, description="How large an answer may be.")
    largest_text: int = Field(
        default=10_000_000, ge=1_000, description="Characters that a text of a function card may have."
    )
    largest_list: int = Field(default=1_000_000, ge=100, description="Items that a list of a function card may have.")
    deepest_value: int = Field(
        default=100, ge=10, le=200, description="Levels of objects and lists inside each other that cards make."
    )
    files: Path | None = Field(
        default=None, description="Folder of files, which all servers share; files in the data folder."
    )
    largest_file: int = Field(default=2_000_000_000, ge=1_000, description="Bytes that a file may have.")
    file_days: float = Field(default=30, gt=0, le=3650, description="How long files are kept.")
    history_days: int = Field(
        default=90, ge=0, le=36_500, description="Days that runs are kept after their end, with their cards; 0 for all."
    )
    file_seconds: float = Field(default=3600, gt=0, description="How long a download or upload may take.")
    runs_at_once: int = Field(default=64, ge=1, le=1000, description="Root runs carried out at once.")
    endpoint_wait_seconds: float = Field(
        default=60, ge=0, le=3600, description="How long callers of endpoints wait at most, whatever a flow says."
    )
    flow_runs_at_once: int | None = Field(
        default=None, ge=1, description="Root runs of one flow at once, all workers together, where it says nothing."
    )
    flow_jobs_ahead: int | None = Field(
        default=None, ge=1, le=100_000, description="Jobs that one flow may have in the queue; 4 times runs at once."
    )
    lease_seconds: float = Field(default=6, ge=2, le=600, description="How long a dead worker's runs rest.")
    database_patience_seconds: float = Field(
        default=15, gt=0, le=600, description="How long a database that is away is waited for before giving up."
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")

    @property
    def address(self) -> str:
        """The address that apps and people use."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def sandbox_file(self) -> Path:
        """The file in which a running sandbox says where it is."""
        return self.sandbox_urls or self.data / "sandbox.json"

    @property
    def connectors_folder(self) -> Path:
        """The folder in which connectors of the installation's own lie; it need not be there."""
        return self.connectors or in_data(self.data)

    @property
    def files_folder(self) -> Path:
        """The folder of files."""
        return self.files or self.data / "files"

    @property
    def file_rules(self) -> FileRules:
        """What holds for files."""
        return FileRules(self.largest_file, timedelta(days=self.file_days))

    def told(self) -> Mapping[str, str]:
        """What may be shown of the settings, by the names of their environment variables."""
        return {
            f"KEYTURN_{name.upper()}": "" if value is None else str(value)
            for name in type(self).model_fields
            if not isinstance(value := getattr(self, name), SecretStr) and name not in _UNTOLD
        }

    @classmethod
    def words(cls) -> Mapping[str, str]:
        """What each setting that may be shown is for."""
        return {
            f"KEYTURN_{name.upper()}": field.description or ""
            for name, field in cls.model_fields.items()
            if name not in _UNTOLD
        }

    def sign_in_address(self, code: str) -> str:
        """The address of a sign-in link. What follows ``#`` stays in the browser: no log or proxy sees it."""
        return f"{self.address}/sign-in#{code}"

    @property
    def admission(self) -> AdmissionRules:
        """What holds for the admission of runs."""
        return AdmissionRules(self.flow_runs_at_once, self.flow_jobs_ahead or 4 * self.runs_at_once)

    @property
    def card_limits(self) -> Limits:
        return Limits(self.largest_text, self.largest_list, self.deepest_value)

    @property
    def egress_allowed(self) -> list[str]:
        return _entries(self.egress_allow)

    @property
    def proxy_exceptions(self) -> list[str]:
        """What is reached without the proxy."""
        return _entries(self.no_proxy)


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]
