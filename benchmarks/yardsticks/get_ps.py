"""The shortest script that makes both requests of `scalingo ps` at the same time."""

import os
from concurrent.futures import ThreadPoolExecutor

import requests

app = f"{os.environ['SCALINGO_API_URL']}/v1/apps/{os.environ['SCALINGO_APP']}"
bearer = {"Authorization": f"Bearer {os.environ['BEARER']}"}


def get(name: str) -> str:
    """Return what one of them answers."""
    return requests.get(f"{app}/{name}", headers=bearer, timeout=60).text


with ThreadPoolExecutor() as pool:
    print(*pool.map(get, ["containers", "ps"]), sep="\n")
