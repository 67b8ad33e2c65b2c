"""The paths of the API."""

from django.urls import path

from .views import close_order, read_order

urlpatterns = [
    path("orders/<str:id>", read_order),
    path("orders/<str:id>/close", close_order),
]
