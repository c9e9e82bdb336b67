"""Does with Dfns' official client for Python what Keybearer does, against the sandbox, with a key of each kind: logs in,
signs, lists, creates, and is refused. Arguments: the sandbox's URL, its organization, and the name of its admin."""

import json
import sys

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from dfns_sdk import DfnsClient, DfnsClientConfig, DfnsError
from dfns_sdk.auth import KeySigner

URL, ORGANIZATION, USER = sys.argv[1:]

KINDS = {
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
}


def public_pem(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def signer(credential, key):
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return KeySigner(credential_id=credential, private_key=pem.decode())


def client(token, signs=None):
    return DfnsClient(DfnsClientConfig(auth_token=token, base_url=URL, signer=signs))


def enrol(pem):
    headers = {"x-keybearer-sandbox": "control"}
    body = {"persona": "admin", "publicKey": pem}
    return httpx.post(f"{URL}/_sandbox/credential", headers=headers, json=body).json()["credentialId"]


def log_in(signs):
    # It sends a token even where there can be none yet.
    with client("none") as dfns:
        challenge = dfns.auth.create_login_challenge({"username": USER, "orgId": ORGANIZATION})
        answer = {"challengeIdentifier": challenge["challengeIdentifier"], "firstFactor": signs.sign(challenge)}
        return dfns.auth.login(answer)["token"]


def refused(work, status, words):
    try:
        work()
    except DfnsError as error:
        assert error.status_code == status, repr(error)
        assert words in error.message, repr(error)
    else:
        raise AssertionError(f"not refused with {status}: {words}")


def use_user_action_twice(dfns, signs, wish):
    # As the client serializes what is signed.
    body = json.dumps(wish, separators=(",", ":"))
    init = {
        "userActionPayload": body,
        "userActionHttpMethod": "POST",
        "userActionHttpPath": "/auth/service-accounts",
        "userActionServerKind": "Api",
    }
    challenge = dfns.auth.create_user_action_challenge(init)
    answer = {"challengeIdentifier": challenge["challengeIdentifier"], "firstFactor": signs.sign(challenge)}
    action = dfns.auth.create_user_action_signature(answer)["userAction"]
    headers = {"authorization": f"Bearer {dfns._config.auth_token}", "x-dfns-useraction": action}
    sent = [httpx.post(f"{URL}/auth/service-accounts", headers=headers, content=body) for _ in range(2)]
    assert sent[0].status_code == 200, sent[0].text
    assert sent[1].status_code == 400, sent[1].text
    assert sent[1].json()["error"]["message"] == "user action has already been used"


def with_key_of(kind):
    key = KINDS[kind]()
    credential = enrol(public_pem(key))
    signs = signer(credential, key)
    wrong = signer(credential, KINDS[kind]())
    refused(lambda: log_in(wrong), 401, "The signature of the challenge is wrong.")
    token = log_in(signs)
    with client(token, signs) as dfns, client(token, wrong) as forging:
        page = dfns.permissions.list_permissions({"limit": 2})
        following = dfns.permissions.list_permissions({"limit": 2, "paginationToken": page["nextPageToken"]})
        role = next(item for item in following["items"] if not item["isArchived"])

        def wish(name):
            return {"name": f"{name} {kind}", "publicKey": public_pem(KINDS[kind]()), "permissionId": role["id"]}

        made = dfns.auth.create_service_account({**wish("Python bot"), "daysValid": 1})
        account = made["userInfo"]["userId"]
        assert made["userInfo"]["permissionAssignments"][0]["permissionId"] == role["id"]
        assert made["accessTokens"][0]["accessToken"]
        listed = dfns.auth.list_service_accounts()["items"]
        assert account in [item["userInfo"]["userId"] for item in listed]
        dfns.auth.deactivate_service_account(account, {"force": False})
        dfns.auth.activate_service_account(account)
        dfns.auth.delete_service_account(account)

        refused(lambda: forging.auth.create_service_account(wish("Forged")), 403, "signature of the challenge")
        refused(lambda: dfns.auth.create_service_account({**wish("Unknown"), "maid": 1}), 400, "maid")
        use_user_action_twice(dfns, signs, wish("Once"))
        # It signs for no body and sends an empty object, which is not what was signed.
        again = dfns.auth.create_service_account(wish("Again"))["userInfo"]["userId"]
        refused(lambda: dfns.auth.deactivate_service_account(again, {}), 403, "another request")


for each in KINDS:
    with_key_of(each)
