"""Who is signed in: a cookie that says who and until when, signed; no session is stored, none can be made up."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from services.console.settings import ConsoleSettings
from shared.service import Caller, Clock, Problem
from shared.service.settings import Grant

COOKIE = "claimflow"


class Sessions:
    """Signs and reads the cookie. A caller that the settings no longer name is signed out everywhere."""

    def __init__(self, settings: ConsoleSettings, clock: Clock) -> None:
        secret = base64.b64decode(settings.blind_key.get_secret_value())
        self._key = hmac.digest(secret, b"console session", hashlib.sha256)
        self._grants: Mapping[str, Grant] = settings.tokens
        self._lasts = timedelta(hours=settings.session_hours)
        self._secure = settings.cookie_secure
        self._clock = clock

    def sign_in(self, response: Response, name: str) -> None:
        """Set the cookie: not readable by scripts, not sent by other sites' links or forms."""
        until = self._clock.now() + self._lasts
        body = f"{name.encode().hex()}.{int(until.timestamp())}"
        response.set_cookie(
            COOKIE,
            f"{body}.{self._sign(body)}",
            max_age=int(self._lasts.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )

    def sign_out(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self._secure)

    def caller(self, request: Request) -> Caller | None:
        """Who the cookie says it is; None when it is absent, expired or not ours."""
        body, _, signature = request.cookies.get(COOKIE, "").rpartition(".")
        who, _, until = body.partition(".")
        if not signature or not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return None
        if int(until) < self._clock.now().timestamp():
            return None
        name = bytes.fromhex(who).decode()
        grant = self._grants.get(name)
        return Caller(name, grant.scopes) if grant else None

    def form_token(self, request: Request) -> str:
        """What a form of this session carries, so that no other site's form is taken for ours."""
        return self._sign("form " + request.cookies.get(COOKIE, ""))

    def check_form(self, request: Request, token: str) -> None:
        """Raise Problem 403 for a form that this session was not given."""
        if not hmac.compare_digest(self.form_token(request).encode(), token.encode()):
            raise Problem(403, "forbidden", "This form is out of date", "Load the page again and repeat.")

    def _sign(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
