"""A broker of files, for the embedded mode: kombu's file transport, with whole messages only.

kombu's own transport writes a message where consumers look for it, so that a consumer can
read half of it; worker and beat then stop with an error. Here a message is written under a
temporary name and renamed when it is whole, and so is the table of queues. A file that
cannot be read is set aside and never comes back.

Nothing in the folder has to survive: the database is the queue, and a message only says
"look now".
"""

import contextlib
import json
import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual

logger = logging.getLogger(__name__)

SCHEME = "files"


class Channel(filesystem.Channel):
    @property
    def folder(self) -> Path:
        """The one folder that all processes share; made when missing."""
        folder = Path(self.transport_options["directory"])
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def control_folder(self) -> Path:
        return self.folder

    def _put(  # type: ignore[override]  # kombu's own classes disagree about the names
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        # Nanoseconds first: consumers take the oldest name.
        self._write(f"{time.time_ns()}-{uuid.uuid4()}.{queue}.msg", payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in self._messages(queue):
            mine = path.with_name(f"{path.name}.{uuid.uuid4()}.taken")
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue  # another consumer was quicker
            try:
                payload = json.loads(mine.read_bytes())
            except ValueError:
                mine.rename(path.with_suffix(".broken"))
                logger.warning("set aside a message that cannot be read: %s", path.name)
                continue
            mine.unlink()
            return payload
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._messages(queue))

    def _purge(self, queue: str) -> int:
        purged = 0
        for path in self._messages(queue):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
                purged += 1
        return purged

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        file = self._exchange_file(exchange)
        known = [list(row) for row in self.get_table(exchange)]
        row = [routing_key or "", pattern or "", queue or ""]
        if row not in known:
            self._write(file.name, [row, *known])

    def _messages(self, queue: str) -> list[Path]:
        ending = f"{queue}.msg"
        return sorted(
            path for path in self.folder.iterdir() if path.name.partition(".")[2] == ending
        )

    def _write(self, name: str, content: Any) -> None:
        """Write a file whole or not at all."""
        temporary = self.folder / f"{uuid.uuid4()}.part"
        temporary.write_text(json.dumps(content))
        os.replace(temporary, self.folder / name)


class Transport(filesystem.Transport):
    Channel = Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        # What a process remembers of another folder must not keep it from using this one.
        self.state = virtual.BrokerState()


def register() -> None:
    """Make `files://` an address that Celery knows."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
