"""The devices on which somebody takes push messages: each its own choice, made on the device."""

from django.db.models import QuerySet

from accounts.models import PushSubscription, User


def of(user: User) -> QuerySet[PushSubscription]:
    """The devices of somebody, the oldest first."""
    return PushSubscription.objects.filter(user=user).order_by("created_at", "pk")


def device_names(user: User) -> list[str]:
    return list(of(user).values_list("device", flat=True))
