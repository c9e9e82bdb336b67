"""Changes a service account, as a colleague does by Dfns' official client for Python.
Standard input has JSON: url, organization, username, credentialId, privateKey, the account, what is to be done with it, and
the name or the role that is for."""

import json
import sys

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

account, act, to = given["account"], given["act"], given["to"]
with client(token) as dfns:
    if act == "rename":
        dfns.auth.update_service_account(account, {"name": to})
    elif act == "deactivate":
        dfns.auth.deactivate_service_account(account, {"force": False})
    elif act == "activate":
        dfns.auth.activate_service_account(account)
    elif act == "archive":
        dfns.auth.delete_service_account(account)
    elif act == "give":
        role = next(item for item in dfns.permissions.list_permissions({})["items"] if item["name"] == to)
        dfns.permissions.assign_permission(role["id"], {"identityId": account})
    else:
        raise ValueError(f"{act} is nothing that is done here")
