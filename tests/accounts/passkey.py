"""A passkey in software: makes credentials and signs with them (WebAuthn, level 2)."""

import hashlib
import json
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass(kw_only=True)
class Passkey:
    """One key on one device; `is_verifying` asks its holder for a PIN or a finger."""

    origin: str = "http://localhost"
    is_verifying: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: token_bytes(16))
    user_handle: str = ""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` answers."""
        public = options["publicKey"]
        self.user_handle = public["user"]["id"]
        cose = ES256.from_cryptography_key(self.key.public_key())
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + cbor.encode(dict(cose))
        data = self._data(public["rp"]["id"], flags=_ATTESTED) + attested
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(
            {
                "clientDataJSON": self._client_data("create", public["challenge"]),
                "attestationObject": cbor.encode(statement),
            }
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` answers."""
        public = options["publicKey"]
        client_data = self._client_data("get", public["challenge"])
        data = self._data(public["rpId"], flags=0)
        signed = data + hashlib.sha256(client_data).digest()
        answer = self._answer(
            {
                "clientDataJSON": client_data,
                "authenticatorData": data,
                "signature": self.key.sign(signed, ec.ECDSA(SHA256())),
            }
        )
        answer["response"]["userHandle"] = self.user_handle
        return answer

    def _client_data(self, kind: str, challenge: str) -> bytes:
        data = {
            "type": f"webauthn.{kind}",
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(data).encode()

    def _data(self, host: str, *, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.is_verifying else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + bytes(4)

    def _answer(self, response: dict[str, bytes]) -> dict[str, Any]:
        return {
            "id": websafe_encode(self.credential_id),
            "rawId": websafe_encode(self.credential_id),
            "type": "public-key",
            "response": {
                name: websafe_encode(value) for name, value in response.items()
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
