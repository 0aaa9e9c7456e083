"""Settings: where a value comes from, and that secrets stay secret."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.service.settings import MASK, Grant, ServiceSettings, effective


class _Settings(ServiceSettings):
    mllp_port: int = 2575


def _lines(settings: ServiceSettings) -> dict[str, tuple[str, str]]:
    return {line.variable: (line.value, line.origin) for line in effective(settings)}


def test_each_effective_value_says_where_it_came_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "claimflow_database_url").write_text("postgresql://app:hunter2@db/scrubber")
    monkeypatch.setenv("CLAIMFLOW_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("CLAIMFLOW_MLLP_PORT", "6661")
    lines = _lines(_Settings(http_port=9000))
    assert lines["CLAIMFLOW_DATABASE_URL"] == (MASK, f"file {tmp_path / 'claimflow_database_url'}")
    assert lines["CLAIMFLOW_MLLP_PORT"] == ("6661", "environment CLAIMFLOW_MLLP_PORT")
    assert lines["CLAIMFLOW_HTTP_PORT"] == ("9000", "argument")
    assert lines["CLAIMFLOW_KAFKA_BOOTSTRAP"] == ("127.0.0.1:9092", "default")


def test_the_environment_wins_over_a_secrets_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "claimflow_database_url").write_text("postgresql://from-file")
    monkeypatch.setenv("CLAIMFLOW_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("CLAIMFLOW_DATABASE_URL", "postgresql://from-environment")
    assert _Settings().database_url.get_secret_value() == "postgresql://from-environment"


def test_neither_the_listing_nor_a_repr_shows_a_secret() -> None:
    settings = _Settings(
        database_url="postgresql://app:hunter2@db/x",
        seal_keys="1:aHVudGVyMg==",
        tokens={"console": Grant(sha256="0" * 64, scopes=frozenset({"claims:read"}))},
    )
    assert "hunter2" not in repr(settings) + str(effective(settings))
    assert _lines(settings)["CLAIMFLOW_TOKENS"][0] == "console: claims:read"


def test_an_error_names_the_field_and_not_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMFLOW_HTTP_PORT", "hunter2")
    with pytest.raises(ValidationError) as caught:
        _Settings(database_url="postgresql://x")
    assert "http_port" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_blind_key_may_not_be_a_sealing_key() -> None:
    with pytest.raises(ValidationError, match="blind_key"):
        _Settings(database_url="postgresql://x", seal_keys="1:c2FtZQ==", blind_key="c2FtZQ==")


def test_tokens_are_read_from_json_by_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "CLAIMFLOW_TOKENS", '{"ehr": {"sha256": "%s", "scopes": ["claims:write"]}}' % ("a" * 64)
    )
    assert _Settings(database_url="postgresql://x").tokens["ehr"].scopes == {"claims:write"}
