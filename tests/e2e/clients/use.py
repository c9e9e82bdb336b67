"""Uses a service account as a program does, by Dfns' official client for Python: signs a request with its three secrets.
Standard input has JSON: url, organization, token, credentialId, privateKey, and the account that is to be deactivated."""

import json
import sys

from dfns_sdk import DfnsClient, DfnsClientConfig
from dfns_sdk.auth import KeySigner

given = json.load(sys.stdin)
signer = KeySigner(credential_id=given["credentialId"], private_key=given["privateKey"])
with DfnsClient(DfnsClientConfig(auth_token=given["token"], base_url=given["url"], signer=signer)) as dfns:
    dfns.auth.deactivate_service_account(given["account"], {"force": False})
