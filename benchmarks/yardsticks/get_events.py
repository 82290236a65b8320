"""The pages of `scalingo events --all`, one after another over one connection."""

import os

import requests

url = f"{os.environ['SCALINGO_API_URL']}/v1/apps/{os.environ['SCALINGO_APP']}/events"
with requests.Session() as session:
    session.auth = ("", os.environ["SCALINGO_API_TOKEN"])
    page = pages = 1
    while page <= pages:
        answer = session.get(url, params={"page": page, "per_page": 100}, timeout=60).json()
        pages = answer["meta"]["pagination"]["total_pages"]
        for event in answer["events"]:
            print(event["id"], event["created_at"], event["type"], sep="\t")
        page += 1
