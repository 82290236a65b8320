"""The shortest script that makes the request of `scalingo apps`."""

import os

import requests

url = f"{os.environ['SCALINGO_API_URL']}/v1/apps"
print(requests.get(url, auth=("", os.environ["SCALINGO_API_TOKEN"]), timeout=60).text)
