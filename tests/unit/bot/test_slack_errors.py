"""Slack's errors: each has a wording, a class, and a next step for its reader."""

from __future__ import annotations

import pytest

from bot.base.errors import CanaryError
from bot.base.sentences import sentence
from bot.slack.errors import Ends, Fixer, meaning
from bot.slack.messages.alert import reason

# From Slack's reference: chat.postMessage, chat.update, chat.postEphemeral, files.completeUploadExternal, views.open,
# users.info, usergroups.users.list, conversations.history
DOCUMENTED = [
    "access_denied",
    "accesslimited",
    "account_inactive",
    "as_user_not_supported",
    "block_mismatch",
    "cannot_reply_to_message",
    "cant_broadcast_message",
    "cant_update_message",
    "channel_not_found",
    "deprecated_endpoint",
    "duplicate_external_id",
    "edit_window_closed",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "exchanged_trigger_id",
    "expired_trigger_id",
    "external_channel_migrating",
    "fatal_error",
    "file_not_found",
    "file_update_failed",
    "internal_error",
    "invalid_arg_name",
    "invalid_arguments",
    "invalid_array_arg",
    "invalid_attachments",
    "invalid_auth",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_channel",
    "invalid_charset",
    "invalid_form_data",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "invalid_post_type",
    "invalid_trigger_id",
    "is_archived",
    "is_inactive",
    "markdown_text_conflict",
    "message_limit_exceeded",
    "message_not_found",
    "messages_tab_disabled",
    "metadata_must_be_sent_from_app",
    "metadata_too_large",
    "method_deprecated",
    "missing_post_type",
    "missing_scope",
    "msg_too_long",
    "no_dual_broadcast_content_update",
    "no_permission",
    "no_such_subteam",
    "no_text",
    "not_allowed_token_type",
    "not_authed",
    "not_in_channel",
    "org_login_required",
    "permission_denied",
    "plan_upgrade_required",
    "posting_to_channel_denied",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "service_unavailable",
    "slack_connect_file_link_sharing_blocked",
    "streaming_state_conflict",
    "team_access_not_granted",
    "team_added_to_org",
    "thread_not_found",
    "token_expired",
    "token_revoked",
    "too_many_attachments",
    "two_factor_setup_required",
    "unknown_method",
    "update_failed",
    "user_not_found",
    "user_not_in_channel",
    "user_not_visible",
    "view_too_large",
]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_error_has_a_wording_and_a_class(name: str) -> None:
    found = meaning(name)
    assert found.ends is not Ends.UNKNOWN
    assert name not in found.says
    assert not found.says.endswith(".")
    assert (found.ends is Ends.ONCE_FIXED) <= (bool(found.fix) or found.absent)
    assert found.took_effect <= (found.ends is Ends.BY_ITSELF)


@pytest.mark.parametrize("name", DOCUMENTED)
@pytest.mark.parametrize("reader", [Fixer.ANYONE, Fixer.OPERATOR])
def test_advice_is_one_sentence_for_its_reader(name: str, reader: Fixer) -> None:
    advice = meaning(name).advice(reader=reader)
    assert advice == "" or (advice[0].isupper() and advice.endswith("."))
    assert reader is Fixer.ANYONE or "operator" not in advice


def test_an_unknown_error_is_named_and_may_be_temporary() -> None:
    found = meaning("brand_new")
    assert (found.ends, found.is_permanent) == (Ends.UNKNOWN, False)
    assert "brand_new" in found.says


def test_a_missing_scope_is_named() -> None:
    found = meaning("missing_scope: usergroups:read")
    assert found.says == "the app lacks the scope usergroups:read"
    assert found.advice(reader=Fixer.OPERATOR).startswith("Add usergroups:read on the app's")
    assert found.advice().startswith("Ask an operator of canary to add usergroups:read")


@pytest.mark.parametrize(
    ("message", "hint", "said"),
    [
        ("version= is required here", "What goes out", ("version= is required here.", "What goes out.")),
        ("There is no run #9.", "/canary status", ("There is no run #9.", "Try /canary status")),
        ("Refused.", "/canary show #9", ("Refused.", "Try /canary show #9")),
        (
            "None.",
            "/canary status lists what is under way",
            ("None.", "/canary status lists what is under way."),
        ),
        ("No.", "", ("No.",)),
        ("Did you mean “run”?", " ", ("Did you mean “run”?",)),
    ],
)
def test_message_and_hint_are_two_sentences(message: str, hint: str, said: tuple[str, ...]) -> None:
    assert CanaryError(message, hint=hint).sentences == said


def test_a_sentence_keeps_its_punctuation() -> None:
    assert [sentence(text) for text in ("a", "a.", "a!", "a: `b`")] == ["a.", "a.", "a!", "a: `b`"]


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("is_archived", "the channel is archived"),
        ("missing_scope: chat:write", "the app lacks the scope chat:write"),
        (
            "not to be looked for: missing_scope: channels:history",
            "I can't check: the app lacks the scope channels:history",
        ),
        ("not to be looked for: TimeoutError: ", "I can't check: TimeoutError: "),
        ("no clear answer: TimeoutError", "may or may not be there"),
        ("it was deleted", "someone deleted it"),
        ("Slack cannot be reached: refused", "Slack cannot be reached: refused"),
        ("", "no reason is known"),
    ],
)
def test_a_reason_stored_in_the_outbox_is_put_into_words(stored: str, said: str) -> None:
    assert reason(stored).endswith(said)
