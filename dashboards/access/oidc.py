"""An OpenID provider that vouches for people: authorization code with PKCE.

After OpenID Connect Core 1.0 and RFC 7636. What the provider says of itself, its keys too, is read anew for
each sign-in: these are rare, and keys change.

ProviderError   the provider does not vouch for whoever comes, or cannot be understood
"""

import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
PATIENCE_SECONDS = 10.0
LEEWAY_SECONDS = 60
_TOKEN_BYTES = 48


class ProviderError(Exception):
    """The provider does not vouch for whoever comes, or cannot be understood; the text is one line."""


class Pending(NamedTuple):
    """A sign-in that was sent to the provider: what the answer must fit, and where one goes afterwards."""

    state: str
    nonce: str
    verifier: str
    next: str


@dataclass(frozen=True)
class Provider:
    """A provider by its issuer. `claim` is what of its claims names the user here."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "email"

    def begin(self, back: str, wanted: str) -> tuple[str, Pending]:
        """Return the address of the provider to send a browser to, and what to remember of it."""
        state, nonce, verifier = (secrets.token_urlsafe(_TOKEN_BYTES) for _ in range(3))
        pending = Pending(state, nonce, verifier, wanted)
        with self._session(back) as session:
            address, _ = session.create_authorization_url(
                self._metadata()["authorization_endpoint"],
                state=pending.state,
                nonce=pending.nonce,
                code_verifier=pending.verifier,
            )
        return str(address), pending

    def finish(self, back: str, code: str, state: str, pending: Pending) -> str:
        """Return the name of whoever comes back with a code; ProviderError."""
        if not secrets.compare_digest(state.encode(), pending.state.encode()):
            raise ProviderError("the answer belongs to another sign-in")
        metadata = self._metadata()
        try:
            with self._session(back) as session:
                tokens = session.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=pending.verifier
                )
            keys = KeySet.import_key_set(cast(KeySetSerialization, _document(metadata["jwks_uri"])))
            claims = jwt.decode(tokens["id_token"], keys, algorithms=list(ALGORITHMS)).claims
            self._expected(pending.nonce).validate(claims)
        except (AuthlibBaseError, JoseError, requests.RequestException, KeyError, ValueError) as error:
            raise ProviderError(f"the provider's answer does not hold: {type(error).__name__}") from error
        return self._name(claims)

    def _expected(self, nonce: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
        )

    def _name(self, claims: dict[str, Any]) -> str:
        name = claims.get(self.claim)
        if not isinstance(name, str) or not name:
            raise ProviderError(f"the provider tells no {self.claim}")
        if self.claim == "email" and claims.get("email_verified") is not True:
            raise ProviderError("the provider has not verified the e-mail address")
        return name

    def _metadata(self) -> dict[str, Any]:
        try:
            found = _document(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        except (requests.RequestException, ValueError) as error:
            raise ProviderError(f"the provider does not answer: {type(error).__name__}") from error
        if found.get("issuer") != self.issuer:
            raise ProviderError("the provider calls itself otherwise")
        return found

    def _session(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=PATIENCE_SECONDS,
        )


def _document(address: str) -> dict[str, Any]:
    answer = requests.get(address, timeout=PATIENCE_SECONDS)
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError("no JSON object")
    return document
