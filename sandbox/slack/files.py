"""Files, uploaded in three steps as in Slack."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field

from sandbox.slack.refusal import Json

PICTURES = ("image/png", "image/jpeg", "image/gif")


@dataclass
class File:
    id: str
    name: str
    size: int
    url: str  # where its bytes are served
    created: float
    user: str
    title: str = ""
    alt_txt: str = ""
    content: bytes | None = None  # None until uploaded
    shared_in: list[str] = field(default_factory=list)
    completed_at: float | None = None

    @property
    def mimetype(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def shown(self) -> Json:
        return {
            "id": self.id,
            "created": int(self.created),
            "timestamp": int(self.created),
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2].lower() or "binary",
            "user": self.user,
            "size": self.size,
            "mode": "hosted",
            "is_external": False,
            "alt_txt": self.alt_txt,
            "url_private": self.url,
            "url_private_download": self.url,
            "permalink": self.url,
            "channels": list(self.shared_in),
        }
