"""The meaning of Slack's errors: whether they are transient, and who can fix them. Pure; the only table of their names.

The names are those of Slack's reference for the methods that the bot calls. A name may carry a detail after a colon:
`missing_scope: usergroups:read`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace


class Ends(enum.StrEnum):
    """When the same request may succeed."""

    BY_ITSELF = "by itself"  # transient
    ONCE_FIXED = "once somebody fixes it"  # permanent until then
    NEVER = "never"  # the request itself is refused
    UNKNOWN = "unknown"  # not in the table; may be transient


class Fixer(enum.StrEnum):
    ANYONE = ""  # the reader
    OPERATOR = "an operator of canary"
    ADMIN = "a Slack admin"


@dataclass(frozen=True)
class Meaning:
    says: str  # a clause: "the channel is archived"
    ends: Ends = Ends.ONCE_FIXED
    fix: str = ""  # what to do, as a verb phrase: "unarchive it"
    by: Fixer = Fixer.ANYONE
    took_effect: bool = False  # it may have taken effect despite the error
    absent: bool = False  # the feature, its scope or its plan is missing

    @property
    def is_permanent(self) -> bool:
        """Whether a retry soon cannot help."""
        return self.ends in {Ends.ONCE_FIXED, Ends.NEVER}

    def advice(self, *, reader: Fixer = Fixer.ANYONE) -> str:
        """The next step as a sentence, for a person in Slack or an operator; "" if there is none."""
        if not self.fix:
            return ""
        if self.by in {Fixer.ANYONE, reader}:
            return f"{self.fix[0].upper()}{self.fix[1:]}."
        return f"Ask {self.by} to {self.fix}."


def meaning(error: str) -> Meaning:
    """Returns the meaning of an error name, with or without a detail."""
    name, _, detail = error.partition(": ")
    found = _MEANINGS.get(name)
    if found is None:
        return Meaning(f"Slack answered “{name}”, which I do not know", ends=Ends.UNKNOWN)
    if name == "missing_scope" and detail:
        return replace(
            found, says=f"the app lacks the scope {detail}", fix=found.fix.replace("the scope", detail, 1)
        )
    return found


# of a direct message: its recipient accepts none, whether or not they can change that
CLOSED = frozenset(
    {
        "messages_tab_disabled",
        "cannot_dm_bot",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
        "channel_not_found",
        "invalid_channel",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "restricted_action",
        "no_permission",
        "posting_to_channel_denied",
        "method_not_supported_for_channel_type",
    }
)


def _each(meaning: Meaning, *names: str) -> dict[str, Meaning]:
    return dict.fromkeys(names, meaning)


_SET_ANEW = (
    "set SLACK_BOT_TOKEN to the Bot User OAuth Token of the app's “OAuth & Permissions” page, and restart"
)

_PLACE: dict[str, Meaning] = {
    "not_in_channel": Meaning("I am not in the channel", fix="invite me to the channel"),
    **_each(
        Meaning(
            "the channel does not exist, or it is private and I am not in it",
            fix="invite me to the channel, or correct its id in canary.yaml",
        ),
        "channel_not_found",
        "invalid_channel",
    ),
    **_each(
        Meaning("the channel is archived", fix="unarchive the channel, or name another one in canary.yaml"),
        "is_archived",
        "is_inactive",
    ),
    "restricted_action": Meaning(
        "a workspace setting does not let me post in the channel",
        fix="allow the app to post in the channel",
        by=Fixer.ADMIN,
    ),
    "restricted_action_read_only_channel": Meaning(
        "the channel is read-only", fix="allow the app to post in the channel", by=Fixer.ADMIN
    ),
    "restricted_action_thread_only_channel": Meaning(
        "the channel takes only replies in threads",
        fix="let the app start threads in the channel",
        by=Fixer.ADMIN,
    ),
    "restricted_action_non_threadable_channel": Meaning(
        "the channel takes no threads", fix="allow threads in the channel", by=Fixer.ADMIN
    ),
    "restricted_action_thread_locked": Meaning("the thread is locked", fix="unlock it", by=Fixer.ADMIN),
    **_each(
        Meaning("I am not allowed to post in the channel", fix="invite me to the channel"),
        "no_permission",
        "posting_to_channel_denied",
    ),
    "method_not_supported_for_channel_type": Meaning(
        "Slack does not support this in that kind of channel", fix="name another channel in canary.yaml"
    ),
    "ekm_access_denied": Meaning(
        "an administrator has suspended posting (Enterprise Key Management)",
        fix="restore the app's access",
        by=Fixer.ADMIN,
    ),
    **_each(
        Meaning("Slack denies the app access", fix="grant the app access", by=Fixer.ADMIN),
        "access_denied",
        "permission_denied",
        "enterprise_is_restricted",
    ),
    "accesslimited": Meaning(
        "Slack does not accept requests from the bot's network", fix="allow the bot's address", by=Fixer.ADMIN
    ),
    "slack_connect_file_link_sharing_blocked": Meaning(
        "files must not be shared through Slack Connect", fix="allow it", by=Fixer.ADMIN
    ),
    "messages_tab_disabled": Meaning(
        "the app takes no direct messages",
        fix="turn on the app's “Messages Tab” on its “App Home” page",
        by=Fixer.OPERATOR,
    ),
    "user_not_in_channel": Meaning("that person is not in the channel", Ends.NEVER),
    "user_disabled": Meaning("that account is deactivated", Ends.NEVER),
    "cannot_dm_bot": Meaning("bots take no direct messages from me", Ends.NEVER),
}

_SETUP: dict[str, Meaning] = {
    "missing_scope": Meaning(
        "the app lacks a scope",
        fix="add the scope on the app's “OAuth & Permissions” page, and reinstall the app",
        by=Fixer.OPERATOR,
        absent=True,
    ),
    **_each(
        Meaning("Slack does not accept the bot's token", fix=_SET_ANEW, by=Fixer.OPERATOR),
        "invalid_auth",
        "not_authed",
        "token_expired",
    ),
    **_each(
        Meaning(
            "the app was uninstalled, or its token was revoked",
            fix="reinstall the app, set SLACK_BOT_TOKEN to its new token, and restart",
            by=Fixer.OPERATOR,
        ),
        "token_revoked",
        "account_inactive",
    ),
    "not_allowed_token_type": Meaning(
        "Slack does not accept this kind of token here", fix=_SET_ANEW, by=Fixer.OPERATOR, absent=True
    ),
    "two_factor_setup_required": Meaning(
        "the account that installed the app needs two-factor authentication", fix="set it up", by=Fixer.ADMIN
    ),
    "team_access_not_granted": Meaning(
        "the app is not installed in this workspace", fix="install it there", by=Fixer.OPERATOR
    ),
    **_each(
        Meaning("this server does not have that function", absent=True),
        "unknown_method",
        "method_not_supported",
        "method_deprecated",
        "deprecated_endpoint",
        "feature_not_enabled",
        "not_enabled",
        "not_implemented",
    ),
    **_each(
        Meaning(
            "the workspace's plan does not include it", fix="upgrade the plan", by=Fixer.ADMIN, absent=True
        ),
        "plan_upgrade_required",
        "paid_only",
        "paid_teams_only",
        "upgrade_required",
    ),
    **_each(
        Meaning("there is no such user group", fix="correct its id in canary.yaml", by=Fixer.OPERATOR),
        "no_such_subteam",
        "subteam_not_found",
    ),
    **_each(
        Meaning("Slack does not know that person", Ends.NEVER),
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    ),
}

_REQUEST: dict[str, Meaning] = {
    **_each(
        Meaning(
            "Slack rejects it as malformed, which is a bug in canary",
            Ends.NEVER,
            fix="report it with the bot's log",
            by=Fixer.OPERATOR,
        ),
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_array_arg",
        "invalid_charset",
        "invalid_form_data",
        "invalid_post_type",
        "missing_post_type",
        "invalid_json",
        "json_not_object",
        "no_text",
        "invalid_attachments",
        "markdown_text_conflict",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_must_be_sent_from_app",
        "block_mismatch",
        "cant_broadcast_message",
        "cannot_reply_to_message",
        "no_dual_broadcast_content_update",
        "as_user_not_supported",
        "invalid_thread_ts",
        "invalid_ts_oldest",
        "duplicate_external_id",
        "hash_conflict",
    ),
    **_each(
        Meaning(
            "it is too long for Slack, which is a bug in canary",
            Ends.NEVER,
            fix="report it with the bot's log",
            by=Fixer.OPERATOR,
        ),
        "msg_too_long",
        "msg_blocks_too_long",
        "too_many_attachments",
        "attachment_payload_limit_exceeded",
        "metadata_too_large",
        "view_too_large",
    ),
    **_each(
        Meaning("Slack opens a form only within three seconds of a click", Ends.NEVER, fix="click again"),
        "expired_trigger_id",
        "invalid_trigger_id",
        "trigger_expired",
    ),
    "exchanged_trigger_id": Meaning("that click has opened its form already", Ends.NEVER, fix="click again"),
    **_each(
        Meaning("Slack does not accept files of that kind", Ends.NEVER),
        "blocked_file_type",
        "file_type_not_allowed",
        "slack_connect_blocked_file_type",
    ),
    "message_not_found": Meaning("someone deleted it", Ends.NEVER),
    "thread_not_found": Meaning("someone deleted its thread", Ends.NEVER),
    "file_not_found": Meaning("Slack does not have the file any more", Ends.NEVER),
    **_each(
        Meaning("Slack no longer lets me edit it", Ends.NEVER), "edit_window_closed", "cant_update_message"
    ),
}

_PASSING: dict[str, Meaning] = {
    **_each(Meaning("Slack asks me to wait", Ends.BY_ITSELF), "ratelimited", "rate_limited"),
    "message_limit_exceeded": Meaning("the workspace has reached Slack's limit for messages", Ends.BY_ITSELF),
    **_each(
        Meaning("the workspace is being moved to an Enterprise organization", Ends.BY_ITSELF),
        "team_added_to_org",
        "org_login_required",
    ),
    **_each(
        Meaning("Slack is moving the channel", Ends.BY_ITSELF),
        "external_channel_migrating",
        "streaming_state_conflict",
    ),
    **_each(
        Meaning("Slack has an internal problem", Ends.BY_ITSELF, took_effect=True),
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "update_failed",
        "file_update_failed",
    ),
    "unreadable_answer": Meaning("Slack's answer cannot be read", Ends.BY_ITSELF, took_effect=True),
}

_MEANINGS: Mapping[str, Meaning] = {**_PLACE, **_SETUP, **_REQUEST, **_PASSING}
