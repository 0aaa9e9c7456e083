"""SMART backend services: a registered client proves itself with a signed assertion and gets a token for minutes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import yaml
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from services.intake.app import build
from services.intake.domain.smart import Client, allows, granted, ours
from services.intake.settings import IntakeSettings, load_clients
from services.intake.tests.resources import CLAIM
from shared.bus.sealer import Sealer
from shared.service import access
from shared.service.access import Access
from shared.testing.app import SEAL_KEYS, Harness, settings_for, started
from shared.testing.clock import FixedClock

TOKEN = "https://hub.example/oauth/token"
EC = ECKey.generate_key("P-384", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
STRANGER = ECKey.generate_key("P-384", {"kid": "ec"})
SCOPES = ("system/Claim.cr", "system/ClaimResponse.rs")
JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def public(*keys: ECKey | RSAKey) -> list[dict[str, Any]]:
    return [dict(key.as_dict(private=False)) for key in keys]


def client(**changes: Any) -> Client:
    told = {"name": "ehr", "scopes": SCOPES, "jwks": {"keys": public(EC, RSA)}}
    return Client(**(told | changes))


@pytest.fixture
async def intake(postgres_url: str, tmp_path: Path) -> AsyncIterator[Harness]:
    """Intake with one registered client."""
    (tmp_path / "ehr.yaml").write_text(yaml.safe_dump(msgspec.to_builtins(client())))
    settings = settings_for(
        IntakeSettings,
        postgres_url,
        mllp_port=0,
        smart_clients=tmp_path,
        public_url="https://hub.example",
        tokens={},
    )
    async with started(build(settings), clock=FixedClock()) as harness:
        del harness.http.headers["authorization"]
        yield harness


def assertion(intake: Harness, jti: str, key: Any = EC, alg: str = "ES384", **claims: Any) -> str:
    now = int(intake.clock.now().timestamp())
    said = {"iss": "ehr", "sub": "ehr", "aud": TOKEN, "exp": now + 240, "jti": jti} | claims
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": key.kid or "ec"}, kept, key, algorithms=[alg])


async def ask(intake: Harness, signed: str, scope: str = "system/Claim.c", **more: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_assertion_type": JWT}
    form |= {"client_assertion": signed, "scope": scope}
    return await intake.http.post("/oauth/token", data=form | more)


def bearer(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {
        "authorization": f"Bearer {answer.json()['access_token']}",
        "content-type": "application/fhir+json",
    }


async def claim(intake: Harness, headers: dict[str, str]) -> httpx.Response:
    return await intake.http.post("/fhir/Claim", content=msgspec.json.encode(CLAIM), headers=headers)


@pytest.mark.real
async def test_the_token_endpoint_is_found_and_gives_a_token_that_creates_a_claim(intake: Harness) -> None:
    for place in ("/fhir/.well-known/smart-configuration", "/.well-known/smart-configuration"):
        told = (await intake.http.get(place)).json()
        assert told["token_endpoint"] == TOKEN
        assert told["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    given = await ask(intake, assertion(intake, "1"), "system/Claim.c system/Patient.r")
    assert given.headers["cache-control"] == "no-store"
    told = given.json()
    assert (told["scope"], told["expires_in"], told["token_type"]) == ("system/Claim.c", 300, "bearer")
    created = await claim(intake, bearer(given))
    assert created.status_code == 201
    with_rsa = await ask(intake, assertion(intake, "2", RSA, "RS384"), "system/Claim.r")
    read = await intake.http.get(created.headers["location"], headers=bearer(with_rsa))
    assert read.status_code == 200


@pytest.mark.real
async def test_a_token_does_no_more_than_it_was_given_for(intake: Harness) -> None:
    headers = bearer(await ask(intake, assertion(intake, "1"), "system/Claim.c"))
    location = (await claim(intake, headers)).headers["location"]
    assert (await intake.http.get(location, headers=headers)).status_code == 403
    assert (await intake.http.post("/fhir/Patient", content=b"{}", headers=headers)).status_code == 403
    assert (await intake.http.get("/inbox", headers=headers)).status_code == 401
    reads = bearer(await ask(intake, assertion(intake, "2"), "system/ClaimResponse.rs"))
    assert (await intake.http.get(location, headers=reads)).status_code == 403
    state = f"/fhir/ClaimResponse/{location.split('/')[3]}"
    assert (await intake.http.get(state, headers=reads)).status_code == 200
    assert (await intake.http.get("/inbox", headers=reads)).status_code == 401
    assert isinstance(intake.clock, FixedClock)
    intake.clock.advance(timedelta(seconds=300))
    late = await intake.http.get(state, headers=reads)
    assert (late.status_code, late.json()["issue"][0]["code"]) == (401, "login")


@pytest.mark.real
async def test_an_assertion_is_used_once(intake: Harness) -> None:
    signed = assertion(intake, "1")
    first, again = await ask(intake, signed), await ask(intake, signed)
    assert (first.status_code, again.status_code) == (200, 401)
    assert again.json()["error"] == "invalid_client"
    assert isinstance(intake.clock, FixedClock)
    intake.clock.advance(timedelta(minutes=10))
    assert (await ask(intake, assertion(intake, "2"))).status_code == 200
    async with intake.ctx.db.connect() as tx:
        assert await tx.driver.fetchval("select count(*) from client_assertion") == 1


@pytest.mark.real
async def test_what_does_not_prove_the_client_gets_no_token(intake: Harness) -> None:
    now = int(intake.clock.now().timestamp())
    secret = OctKey.import_key("x" * 48, {"kid": "ec"})
    small = ECKey.generate_key("P-256", {"kid": "ec"})
    wrong = [
        assertion(intake, "1", STRANGER),
        assertion(intake, "2", secret, "HS384"),
        assertion(intake, "3", small, "ES256"),
        assertion(intake, "4", aud="https://other.example/oauth/token"),
        assertion(intake, "5", exp=now - 60),
        assertion(intake, "6", exp=now + 600),
        assertion(intake, "7", exp="soon"),
        assertion(intake, "8", iss="nobody", sub="nobody"),
        assertion(intake, "9", sub="other"),
        assertion(intake, ""),
        assertion(intake, "b", nbf=now + 600),
        "no.jwt.at-all",
        "",
    ]
    for signed in wrong:
        answer = await ask(intake, signed)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), signed
    for error, more in (
        ("unsupported_grant_type", {"grant_type": "password"}),
        ("invalid_request", {"client_assertion_type": "x"}),
        ("invalid_scope", {"scope": "system/Patient.r user/Claim.c"}),
    ):
        answer = await ask(intake, assertion(intake, error), **more)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert (await intake.http.post("/oauth/token", json={})).json()["error"] == "invalid_request"
    assert (await claim(intake, {"authorization": f"Bearer {access.PREFIX}forged"})).status_code == 401


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (["system/Claim.c"], ("system/Claim.c",)),
        (["system/Claim.cr", "system/Claim.d"], ("system/Claim.cr",)),
        (["system/Claim.read"], ()),
        (["system/ClaimResponse.read"], ("system/ClaimResponse.read",)),
        (["system/*.c", "user/Claim.c", "openid"], ()),
    ],
)
def test_a_client_is_given_what_it_was_registered_for(asked: list[str], wanted: tuple[str, ...]) -> None:
    assert granted(asked, client()) == wanted


def test_scopes_of_smart_mean_scopes_of_ours() -> None:
    assert ours(["system/Claim.c"]) == {"claims:write"}
    assert ours(["system/*.rs"]) == {"inbox:read"}
    assert ours(["system/Claim.write", "system/Claim.read"]) == {"claims:write", "inbox:read"}
    assert ours(["system/Claim.d"]) == frozenset()
    assert allows({"claims:write"}, "Claim", "c")
    assert not allows({"claims:write", "system/Claim.r"}, "Claim", "c")


def test_a_token_is_only_good_in_its_place_and_unchanged() -> None:
    clock, seal = FixedClock(), Sealer.parse(SEAL_KEYS)
    told = Access("ehr", frozenset({"inbox:read"}), "/fhir", clock.now() + timedelta(minutes=5))
    token = access.issue(seal, told)
    assert access.read(seal, token, "/fhir/Claim", clock.now()) == told
    assert access.read(seal, token, "/fhirs", clock.now()) is None
    assert access.read(seal, token, "/fhir", told.until) is None
    assert access.read(seal, token[:-2] + "AA", "/fhir", clock.now()) is None
    assert access.read(seal, access.PREFIX + "é", "/fhir", clock.now()) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"scopes": ("launch",)},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": [dict(EC.as_dict(private=True))]}},
        {"jwks": {"keys": [dict(ECKey.generate_key("P-256", {"kid": "x"}).as_dict(private=False))]}},
        {"name": 5},
        {"more": 1},
    ],
)
def test_a_client_file_that_cannot_be_used_stops_the_start(changes: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        yaml.safe_dump(msgspec.to_builtins(client()) | msgspec.to_builtins(changes))
    )
    with pytest.raises(ValueError, match=r"bad\.yaml: "):
        load_clients(tmp_path)
    assert load_clients(None) == {}
