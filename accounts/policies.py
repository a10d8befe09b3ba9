"""Who may open a view. Every routed view names its policy; a test walks the URLs for it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404

from accounts.enums import Role

PUBLIC = "public"
SIGNED_IN = "signed in"
SUPERUSER = "superuser"


def policy(*allowed: str) -> Callable:
    """Mark a view with who may open it, and hold it to that.

    Give PUBLIC, SIGNED_IN or one or more roles, and SUPERUSER where who runs the installation
    may look too, whatever their role. A signed-in person of another role gets
    the 404 of an unknown page; somebody not signed in is sent to sign in by
    SignInMiddleware. The view keeps the names in `view.policy`.
    """
    unknown = set(allowed) - {PUBLIC, SIGNED_IN, SUPERUSER, *Role.values}
    if unknown or not allowed:
        raise ValueError(f"policy() does not know {sorted(unknown)}")

    open_to_all = PUBLIC in allowed or SIGNED_IN in allowed

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            person = request.user
            is_let_in = open_to_all or person.role in allowed
            if not is_let_in and not (SUPERUSER in allowed and person.is_superuser):
                raise Http404
            return view(request, *args, **kwargs)

        marked: Any = guarded
        marked.policy = frozenset(allowed)
        # Said in any case: a view from elsewhere may bring its own word on this.
        marked.login_required = PUBLIC not in allowed
        return marked

    return decorate


def answers_json(view: Callable) -> Callable:
    """Mark a view that a program asks: who is signed out gets 401 in JSON, never a redirect."""
    marked: Any = view
    marked.answers_json = True
    return view


def is_asked_by_a_program(view: object) -> bool:
    return getattr(view, "answers_json", False)
