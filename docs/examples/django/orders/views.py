"""An Orders API that asks the platform before each request."""

from cpod.middleware.django import caller_of, cpod_gate, default_client
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

orders = {"42": {"id": "42", "status": "open"}}


def gate(action: str):
    """Lets a request in only if the platform allows the action on the order."""
    return cpod_gate(action=action, resource=lambda request, id: f"order/{id}")


@require_GET
@gate("order.read")
def read_order(request: HttpRequest, id: str) -> HttpResponse:
    if id not in orders:
        return JsonResponse({"error": "not_found"}, status=404)
    return JsonResponse({"order": orders[id], "readBy": caller_of(request).claims["sub"]})


@require_POST
@gate("order.close")
def close_order(request: HttpRequest, id: str) -> HttpResponse:
    if id not in orders:
        return JsonResponse({"error": "not_found"}, status=404)
    # Record first: if the event cannot be written, the order stays open.
    subject = caller_of(request).claims["sub"]
    event = {"action": "order.close", "resourceType": "order", "resourceId": id, "metadata": {"subject": subject}}
    default_client().audit.emit(event)
    orders[id] = {"id": id, "status": "closed"}
    return JsonResponse(orders[id])
