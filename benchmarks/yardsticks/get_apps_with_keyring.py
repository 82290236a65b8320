"""The same as get_apps.py, with the token that `scalingo login` kept in the keyring."""

import os
from urllib.parse import urlsplit

import keyring
import requests

base = os.environ["SCALINGO_API_URL"]
token = keyring.get_password("scalingo", urlsplit(base).netloc)
print(requests.get(f"{base}/v1/apps", auth=("", token or ""), timeout=60).text)
