"""A passkey's other half: makes key pairs and signs what it is asked, as a phone or a security key does.

It keeps to WebAuthn level 2: sections 5.8.1 (client data), 6.1 (authenticator data), 6.5 (no attestation).
"""

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key pair for one site. `verifies`: it looks at who holds it. `count` goes up with each answer."""

    origin: str = "http://localhost:8000"
    verifies: bool = True
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def makes(self, question: str) -> str:
        """What the browser sends when a passkey was made, for options of the clinic."""
        asked = json.loads(question)
        self.handle = asked["user"]["id"]
        data = self._data(asked["rp"]["id"], NEW) + bytes(16) + len(self.id).to_bytes(2) + self.id
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data + cbor2.dumps(self._public())})
        said = self._said("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=said, attestationObject=attested)

    def signs(self, question: str) -> str:
        """What the browser sends when the passkey was used."""
        asked = json.loads(question)
        data, said = self._data(asked["rpId"]), self._said("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        answer = json.loads(self._answer(clientDataJSON=said, authenticatorData=data, signature=signature))
        answer["response"]["userHandle"] = self.handle
        return json.dumps(answer)

    def _data(self, rp_id: str, flags: int = 0) -> bytes:
        self.count += 1
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _said(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _public(self) -> dict[int, Any]:
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}

    def _answer(self, **parts: bytes) -> str:
        id = bytes_to_base64url(self.id)
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})
