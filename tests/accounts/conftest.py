"""A mail server that can be told to fail."""

import pytest
from django.core.mail.backends.locmem import EmailBackend

from accounts import notices


class MailServer:
    """Which fault each address meets, and which one opening a connection meets."""

    def __init__(self):
        self.faults: dict[str, Exception] = {}
        self.when_opened: Exception | None = None

    def connection(self) -> EmailBackend:
        server = self

        class Connection(EmailBackend):
            def open(self):
                if server.when_opened:
                    raise server.when_opened

            def send_messages(self, messages):
                fault = server.faults.get(messages[0].to[0])
                if fault:
                    raise fault
                return super().send_messages(messages)

        return Connection()


@pytest.fixture
def mail_server(monkeypatch) -> MailServer:
    server = MailServer()
    monkeypatch.setattr(notices, "get_connection", server.connection)
    return server
