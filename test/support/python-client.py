"""Makes calls of the published Python client (coresdk 0.2.1) and prints their answers as JSON."""

import json
import sys
from dataclasses import asdict

from coresdk import SDK
from coresdk._config import SDKConfig

order = json.loads(sys.argv[1])
sdk = SDK(SDKConfig(**order["config"]))


def answer(name, *arguments):
    try:
        if name == "authorize":
            token, action, resource = arguments
            return asdict(sdk.authorize(token, action=action, resource=resource))
        return sdk.evaluate_policy(*arguments)
    except Exception as raised:
        return {"raised": type(raised).__name__}


print(json.dumps([answer(*call) for call in order["calls"]]))
