"""Makes a service account with a role, as a colleague does by Dfns' official client for Python, and tells its ids.
Standard input has JSON: url, organization, username, credentialId, privateKey, and the names of the account and of its role."""

import json
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from dfns_sdk import DfnsClient, DfnsClientConfig
from dfns_sdk.auth import KeySigner

given = json.load(sys.stdin)
signer = KeySigner(credential_id=given["credentialId"], private_key=given["privateKey"])


def client(token):
    return DfnsClient(DfnsClientConfig(auth_token=token, base_url=given["url"], signer=signer))


# It sends a token even where there can be none yet.
with client("none") as dfns:
    challenge = dfns.auth.create_login_challenge({"username": given["username"], "orgId": given["organization"]})
    answer = {"challengeIdentifier": challenge["challengeIdentifier"], "firstFactor": signer.sign(challenge)}
    token = dfns.auth.login(answer)["token"]

form = serialization.PublicFormat.SubjectPublicKeyInfo
public = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(serialization.Encoding.PEM, form).decode()
with client(token) as dfns:
    role = next(item for item in dfns.permissions.list_permissions({})["items"] if item["name"] == given["role"])
    wish = {"name": given["name"], "publicKey": public, "permissionId": role["id"], "daysValid": 30}
    made = dfns.auth.create_service_account(wish)
print(json.dumps({"account": made["userInfo"]["userId"], "credential": made["accessTokens"][0]["credId"]}), end="")
