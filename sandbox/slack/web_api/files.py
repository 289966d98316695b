"""files.*: an upload in three steps, the last of which is possible only once."""

from __future__ import annotations

import asyncio

from sandbox.slack.files import File
from sandbox.slack.identifiers import new_id, short_id
from sandbox.slack.message import Message
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.chat import thread_of, writable
from sandbox.slack.workspace import Workspace

LONGEST_ALT = 1_000  # characters


def get_upload_url(workspace: Workspace, args: Arguments) -> Json:
    name = args.required("filename")
    length = args.number("length", 0, most=1_000_000_000)
    if len(args.text("alt_txt")) > LONGEST_ALT:
        raise Refusal("alt_txt_too_large")
    file = File(
        id=new_id("F"),
        name=name,
        size=length,
        url="",
        created=workspace.clock.now(),
        user=workspace.app.bot_user,
        alt_txt=args.text("alt_txt"),
    )
    file.url = f"{workspace.url}/files/{file.id}/{name}"
    workspace.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{workspace.url}/upload/v1/{file.id}-{short_id()}"}


def receive(workspace: Workspace, ticket: str, content: bytes) -> str:
    """Store the bytes of an announced file. Raises KeyError for an unknown ticket."""
    file = workspace.files[ticket.partition("-")[0]]
    file.content, file.size = content, len(content)
    return f"OK - {len(content)}"


def complete_upload(workspace: Workspace, args: Arguments) -> Json:
    named = args.json("files", error="invalid_arguments")
    if not isinstance(named, list) or not named:
        raise Refusal("invalid_arguments", messages=["[ERROR] missing required field: files"])
    uploaded = [_uploaded(workspace, entry) for entry in named]
    target = args.text("channel_id") or args.text("channels").partition(",")[0]
    message = _share(workspace, args, target, uploaded) if target else None
    for file, entry in zip(uploaded, named, strict=True):
        file.title = entry.get("title", "")
        file.completed_at = workspace.clock.now()
    if message:
        _show(workspace, message)
    return {"files": [file.shown() for file in uploaded]}


def _show(workspace: Workspace, message: Message) -> None:
    """Show the file immediately, or as late after the response as this Slack is configured to."""
    if workspace.file_sharing:
        asyncio.get_running_loop().call_later(workspace.file_sharing, workspace.post, message)
    else:
        workspace.post(message)


def info(workspace: Workspace, args: Arguments) -> Json:
    file = workspace.files.get(args.required("file", error="file_not_found"))
    if file is None or file.completed_at is None:
        raise Refusal("file_not_found")
    return {"file": file.shown()}


def _uploaded(workspace: Workspace, entry: Json) -> File:
    file = workspace.files.get(entry.get("id", ""))
    if file is None or file.content is None or file.completed_at is not None:
        raise Refusal("file_not_found")
    return file


def _share(workspace: Workspace, args: Arguments, target: str, files: list[File]) -> Message:
    channel = writable(workspace, target)
    thread_ts = thread_of(channel, args)
    for file in files:
        file.shared_in.append(channel.id)
    return Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=workspace.app.bot_user,
        bot_id=workspace.app.bot_id,
        app_id=workspace.app.id,
        text=args.text("initial_comment"),
        thread_ts=thread_ts,
        files=files,
    )
