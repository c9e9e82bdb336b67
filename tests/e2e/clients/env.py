"""Reads the .env file of the folder in which it is started, as programs do by python-dotenv, and tells what it knows of Dfns
then."""

import json
import os

from dotenv import load_dotenv

load_dotenv(".env")
names = {"token": "DFNS_AUTH_TOKEN", "credentialId": "DFNS_CRED_ID", "privateKey": "DFNS_PRIVATE_KEY"}
print(json.dumps({name: os.environ.get(variable) for name, variable in names.items()}), end="")
