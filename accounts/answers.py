"""Answers to a program on the phone: always JSON, never a redirect, kept by no cache."""

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse
from django.utils.cache import add_never_cache_headers


def answer(content: dict[str, Any], status: int = HTTPStatus.OK) -> JsonResponse:
    response = JsonResponse(content, status=status)
    add_never_cache_headers(response)
    return response


def error(code: str, status: int, **more: Any) -> JsonResponse:
    return answer({"error": code, **more}, status)


def signed_out() -> JsonResponse:
    return error("signed_out", HTTPStatus.UNAUTHORIZED)


def csrf() -> JsonResponse:
    return error("csrf", HTTPStatus.FORBIDDEN)
