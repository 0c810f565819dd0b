"""Every setting, read from `VINCLE_…` environment variables. Nothing else reads the environment."""

from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.names import DatabaseUser

PSEUDONYM_KEY_FILE = "pseudonym.key"
MASTER_KEY_FILE = "master.key"
VAULT_FILE = "vault.sqlite"


def secret_name(user: DatabaseUser) -> str:
    """Return the name of the file, in the folder of keys, that holds a database user's password."""
    return f"{user}.secret"


_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _is_safe(address: str) -> bool:
    """Whether what is read there cannot be changed on its way: TLS, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


class Settings(BaseSettings):
    """Where things are and how much they may take. The defaults are the embedded stack on this machine."""

    model_config = SettingsConfigDict(env_prefix="VINCLE_", extra="ignore")

    data_folder: Path = Field(Path(".data"), description="Folder of all that is kept: broker, database, keys")
    log_folder: Path = Field(Path(".data/logs"), description="Folder of the logs")
    cache_folder: Path = Field(
        Path("~/.cache/vincle"), description="Folder of what `make up` fetches: the jars of Apache Kafka"
    )
    catalogue_file: Path | None = Field(None, description="The company's own catalogue, laid over ours")
    rules_file: Path | None = Field(None, description="The company's own rules of alerts, laid over ours")
    time_zone: str = Field("UTC", description="Time zone of the company: its days, and dates without a time")

    pseudonym_key: SecretStr | None = Field(
        None, description="Key of the pseudonyms; if absent, the file pseudonym.key in the folder of keys"
    )

    master_key: SecretStr | None = Field(
        None,
        description="Key under which the keys of customers are kept; if absent, the file master.key there",
    )
    vault_file: Path | None = Field(
        None,
        description="File of the keys of customers, which all workers share; if absent, vault.sqlite there",
    )

    kafka_bootstrap: str = Field("127.0.0.1:19092", description="Kafka brokers, host:port, comma-separated")
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="Security protocol of Kafka"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="SASL mechanism of Kafka"
    )
    kafka_username: str = Field("", description="User of Kafka")
    kafka_password: SecretStr = Field(SecretStr(""), description="Password of Kafka")
    kafka_plaintext_allowed: bool = Field(
        False, description="May Kafka be spoken to without TLS beyond this machine?"
    )
    kafka_ca_file: Path | None = Field(None, description="Certificates that Kafka's is checked against")
    kafka_embedded: bool = Field(True, description="Does `vincle up` run a broker of its own?")
    kafka_port: int = Field(19092, description="Port of the embedded broker")
    kafka_controller_port: int = Field(19093, description="Port of its controller")
    topic_prefix: str = Field("", description="Put before the name of every topic")
    partitions: int = Field(8, ge=1, le=1024, description="Partitions of each topic, when it is made")

    raw_days: int = Field(
        90, ge=1, description="Days for which what came is kept as it came: Kafka's topics, rejected events"
    )
    words_days: int = Field(
        3_650, ge=1, le=25_000, description="Days for which what customers said, and who they are, is kept"
    )

    clickhouse_host: str = Field("127.0.0.1", description="Host of ClickHouse's HTTP interface")
    clickhouse_port: int = Field(18123, description="Port of ClickHouse's HTTP interface")
    clickhouse_secure: bool = Field(False, description="Speak TLS to ClickHouse?")
    clickhouse_plaintext_allowed: bool = Field(
        False, description="May ClickHouse be spoken to without TLS beyond this machine?"
    )
    clickhouse_ca_file: Path | None = Field(
        None, description="Certificates that ClickHouse's is checked against"
    )
    clickhouse_username: str = Field(
        "",
        description="User of ClickHouse; if absent, each part has its own, its password among the keys, "
        "and on a real server `vincle migrate` makes them as vincle_admin",
    )
    clickhouse_password: SecretStr = Field(SecretStr(""), description="Password of that user")
    clickhouse_database: str = Field("vincle", description="Database")
    clickhouse_cluster: str = Field(
        "",
        description="Cluster of ClickHouse servers, as they name it: tables are sharded by customer over it, "
        "and replicated; a single server if empty",
    )
    clickhouse_listen: str = Field(
        "127.0.0.1", description="Address the embedded engine listens on; another than loopback needs TLS"
    )
    clickhouse_certificate_file: Path | None = Field(
        None, description="Certificate of the embedded engine; with it, it speaks TLS"
    )
    clickhouse_key_file: Path | None = Field(None, description="Private key of that certificate")
    clickhouse_embedded: bool = Field(True, description="Does `vincle up` run the engine of its own?")

    clickhouse_metrics_port: int = Field(
        0, description="Port of the embedded engine's metrics, on loopback; 0 for none"
    )
    workers: int = Field(1, ge=1, le=64, description="Workers that `vincle up` runs")
    worker_batch: int = Field(
        16_000,
        ge=1,
        description="Events a worker takes in one go, at most; a large one counts for several",
    )
    worker_customers: int = Field(
        10_000, ge=1, description="Customers a worker has in memory, at most; each takes about 7 kB"
    )
    worker_customers_spilled: int = Field(
        1_000_000,
        ge=1,
        description="Further ones that it keeps on disk, in the folder of data, up to twice as many; "
        "each takes about 1.5 kB",
    )
    copy_seconds: float = Field(
        600.0, gt=0, description="How often a worker renews the copy of what customers felt, for what-ifs"
    )
    webhook_url: str = Field("", description="Address to which every alert is sent; none if empty")
    webhook_secret: SecretStr = Field(SecretStr(""), description="Secret that signs what is sent there")
    worker_health_port: int = Field(
        0, description="Port of a worker's health and metrics, on loopback; 0 for none"
    )
    crash_at: str = Field(
        "", description="For fault tests: where a worker kills itself, as in facts_written:3"
    )
    dashboard_host: str = Field("127.0.0.1", description="Address the dashboard listens on")
    dashboard_port: int = Field(18050, description="Port of the dashboard")
    dashboard_metrics_port: int = Field(
        0, description="Port of the dashboard's metrics, on loopback; 0 for none"
    )
    dashboard_address: str = Field(
        "", description="Address people open, as in https://vincle.example; needed behind a proxy"
    )
    sign_in: Literal["local", "header", "oidc"] = Field(
        "local", description="How people sign in: by a password here, a header of a proxy, or OpenID Connect"
    )
    session_hours: float = Field(12.0, gt=0, description="Hours after which people sign in again")
    trusted_proxies: str = Field(
        "", description="Addresses and networks of our own proxies, comma-separated; only they are believed"
    )
    sign_in_header: str = Field("", description="For header: the header in which the proxy names the user")
    oidc_issuer: str = Field("", description="For oidc: the provider, as in https://login.example")
    oidc_client_id: str = Field("", description="For oidc: the name of the dashboard at the provider")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="For oidc: its secret there")
    oidc_claim: str = Field("email", description="For oidc: the claim that names the user here")
    default_role: Literal["none", "viewer", "operator", "admin"] = Field(
        "none", description="For header and oidc: role of those not added by `vincle users`; none: not let in"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError) as error:
            raise ValueError("is no time zone, as in Europe/Madrid") from error
        return name

    @field_validator("trusted_proxies")
    @classmethod
    def _known_networks(cls, text: str) -> str:
        for part in filter(None, map(str.strip, text.split(","))):
            ip_network(part)
        return text

    @model_validator(mode="after")
    def _no_plain_text_abroad(self) -> Self:
        hosts = [server.rpartition(":")[0].strip("[]") for server in self.kafka_bootstrap.split(",")]
        abroad = [host for host in hosts if host not in _LOOPBACK]
        if abroad and not self.kafka_security.endswith("SSL") and not self.kafka_plaintext_allowed:
            raise ValueError(
                f"Kafka at {abroad[0]} would be spoken to in plain text:"
                " set VINCLE_KAFKA_SECURITY to SASL_SSL or SSL, or VINCLE_KAFKA_PLAINTEXT_ALLOWED to true"
            )
        is_abroad = self.clickhouse_host not in _LOOPBACK
        if is_abroad and not self.clickhouse_secure and not self.clickhouse_plaintext_allowed:
            raise ValueError(
                f"ClickHouse at {self.clickhouse_host} would be spoken to in plain text:"
                " set VINCLE_CLICKHOUSE_SECURE or VINCLE_CLICKHOUSE_PLAINTEXT_ALLOWED to true"
            )
        return self

    @model_validator(mode="after")
    def _complete_sign_in(self) -> Self:
        if self.sign_in == "header" and not (self.sign_in_header and self.trusted_proxies):
            raise ValueError("sign_in header needs sign_in_header and trusted_proxies")
        if self.sign_in == "oidc":
            if not (self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret.get_secret_value()):
                raise ValueError("sign_in oidc needs oidc_issuer, oidc_client_id and oidc_client_secret")
            if not _is_safe(self.oidc_issuer):
                raise ValueError("oidc_issuer must begin with https://, or be on this machine")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def public_address(self) -> str:
        """Address under which people open the dashboard."""
        return self.dashboard_address.rstrip("/") or f"http://{self.dashboard_host}:{self.dashboard_port}"

    @property
    def clickhouse_grants(self) -> bool:
        """Are users and rights on the server made by us? The embedded engine has a gate instead."""
        return not (self.clickhouse_embedded or self.clickhouse_username or self.clickhouse_cluster)

    @property
    def keys_folder(self) -> Path:
        """Folder of the keys; apart from the data, so that a backup of one is not one of the other."""
        return self.data_folder / "keys"

    def pseudonym_secret(self) -> bytes:
        """Return the key of the pseudonyms; FileNotFoundError if there is none yet."""
        if self.pseudonym_key is not None:
            return self.pseudonym_key.get_secret_value().encode()[:64]
        return (self.keys_folder / PSEUDONYM_KEY_FILE).read_bytes()

    def master_secret(self) -> bytes:
        """Return the key under which customers' keys are kept; FileNotFoundError if there is none yet."""
        if self.master_key is not None:
            return self.master_key.get_secret_value().encode()
        return (self.keys_folder / MASTER_KEY_FILE).read_bytes()

    @property
    def vault_path(self) -> Path:
        """File of the keys of customers."""
        return self.vault_file or self.keys_folder / VAULT_FILE

    def clickhouse_login(self, user: DatabaseUser) -> tuple[str, str]:
        """Return user and password for a part of the stack; without a file, the password is empty."""
        if self.clickhouse_username:
            return self.clickhouse_username, self.clickhouse_password.get_secret_value()
        file = self.keys_folder / secret_name(user)
        return user, file.read_text().strip() if file.exists() else ""

    def topic(self, name: str) -> str:
        """Return the name of a topic with the prefix."""
        return f"{self.topic_prefix}{name}"
