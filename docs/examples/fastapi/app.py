"""An Orders API that asks the platform before each request."""

from typing import Any

from cpod import AsyncCpodClient
from cpod.middleware.fastapi import install, require_auth
from fastapi import Depends, FastAPI, HTTPException, Request

cpod = AsyncCpodClient.from_env()  # CPOD_CLIENT_ID, CPOD_CLIENT_SECRET, CPOD_BASE_URL
orders = {"42": {"id": "42", "status": "open"}}

app = FastAPI()
install(app)


def gate(action: str) -> Any:
    """Lets a request in only if the platform allows the action on the order."""

    def resource(request: Request) -> str:
        return f"order/{request.path_params['id']}"

    return Depends(require_auth(cpod, action=action, resource=resource))


@app.get("/orders/{id}")
async def read_order(id: str, claims: Any = gate("order.read")) -> Any:
    if id not in orders:
        raise HTTPException(404, "There is no such order.")
    return {"order": orders[id], "readBy": claims["sub"]}


@app.post("/orders/{id}/close")
async def close_order(id: str, claims: Any = gate("order.close")) -> Any:
    if id not in orders:
        raise HTTPException(404, "There is no such order.")
    # Record first: if the event cannot be written, the order stays open.
    event = {"action": "order.close", "resourceType": "order", "resourceId": id, "metadata": {"subject": claims["sub"]}}
    await cpod.audit.emit(event)
    orders[id] = {"id": id, "status": "closed"}
    return orders[id]
