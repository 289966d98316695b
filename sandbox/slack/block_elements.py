"""What Slack accepts inside blocks: text, options, confirm dialogs, elements."""

from __future__ import annotations

from sandbox.slack.rules import (
    Rule,
    all_of,
    any_field,
    anything,
    boolean,
    by_type,
    choice,
    initial_value_fits,
    integer,
    items,
    shape,
    string,
)

_KIND = {"type": anything}
_ACTION = {"action_id": string(255)}


def plain_text(most: int) -> Rule:
    return by_type({"plain_text": shape({**_KIND, "text": string(most)}, {"emoji": boolean})})


def any_text(most: int) -> Rule:
    mrkdwn = shape({**_KIND, "text": string(most)}, {"verbatim": boolean})
    plain = shape({**_KIND, "text": string(most)}, {"emoji": boolean})
    return by_type({"plain_text": plain, "mrkdwn": mrkdwn})


CONFIRM = shape(
    {"title": plain_text(100), "text": any_text(300)},
    {"confirm": plain_text(30), "deny": plain_text(30), "style": choice("primary", "danger")},
)
OPTION = shape(
    {"text": any_text(75), "value": string(150)},
    {"description": any_text(75), "url": string(3000)},
)
OPTION_GROUP = shape({"label": plain_text(75), "options": items(OPTION, 100)}, {})
SLACK_FILE = all_of(shape({}, {"id": string(255), "url": string(3000)}), any_field("id", "url"))
_FOCUS = {"confirm": CONFIRM, "focus_on_load": boolean}
_PLACEHOLDER = {"placeholder": plain_text(150)}
_DATE = string(10, least=10)
_TIME = string(5, least=5)


def picture(kind_fields: dict[str, Rule]) -> Rule:
    """An image, as a block or an element: exactly one source, and alternative text."""
    fields = {"image_url": string(3000), "slack_file": SLACK_FILE, **kind_fields}
    return all_of(
        shape({**_KIND, "alt_text": string(2000)}, fields),
        any_field("image_url", "slack_file"),
    )


BUTTON = shape(
    {**_KIND, "text": plain_text(75)},
    {
        **_ACTION,
        "url": string(3000),
        "value": string(2000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
_STATIC = {
    **_ACTION,
    **_PLACEHOLDER,
    **_FOCUS,
    "options": items(OPTION, 100),
    "option_groups": items(OPTION_GROUP, 100),
}
_SELECTS: dict[str, Rule] = {
    "static_select": all_of(
        shape(_KIND, {**_STATIC, "initial_option": OPTION}), any_field("options", "option_groups")
    ),
    "users_select": shape(_KIND, {**_ACTION, **_PLACEHOLDER, **_FOCUS, "initial_user": string(255)}),
    "conversations_select": shape(
        _KIND,
        {
            **_ACTION,
            **_PLACEHOLDER,
            **_FOCUS,
            "initial_conversation": string(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": anything,
        },
    ),
    "channels_select": shape(
        _KIND,
        {
            **_ACTION,
            **_PLACEHOLDER,
            **_FOCUS,
            "initial_channel": string(255),
            "response_url_enabled": boolean,
        },
    ),
    "multi_static_select": all_of(
        shape(
            _KIND,
            {
                **_STATIC,
                "initial_options": items(OPTION, 100),
                "max_selected_items": integer(1, 100),
            },
        ),
        any_field("options", "option_groups"),
    ),
    "multi_users_select": shape(
        _KIND,
        {
            **_ACTION,
            **_PLACEHOLDER,
            **_FOCUS,
            "initial_users": items(string(255), 100),
            "max_selected_items": integer(1, 100),
        },
    ),
}
_PICKERS: dict[str, Rule] = {
    "datepicker": shape(_KIND, {**_ACTION, **_PLACEHOLDER, **_FOCUS, "initial_date": _DATE}),
    "timepicker": shape(
        _KIND, {**_ACTION, **_PLACEHOLDER, **_FOCUS, "initial_time": _TIME, "timezone": string(255)}
    ),
    "datetimepicker": shape(
        _KIND, {**_ACTION, **_FOCUS, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
    ),
    "checkboxes": shape(
        {**_KIND, "options": items(OPTION, 10)},
        {**_ACTION, **_FOCUS, "initial_options": items(OPTION, 10)},
    ),
    "radio_buttons": shape(
        {**_KIND, "options": items(OPTION, 10)}, {**_ACTION, **_FOCUS, "initial_option": OPTION}
    ),
}
_OVERFLOW = shape({**_KIND, "options": items(OPTION, 5)}, {**_ACTION, "confirm": CONFIRM})
_DISPATCH = {
    "dispatch_action_config": shape(
        {},
        {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)},
    )
}
_TYPED: dict[str, Rule] = {
    "plain_text_input": all_of(
        shape(
            _KIND,
            {
                **_ACTION,
                **_PLACEHOLDER,
                **_DISPATCH,
                "focus_on_load": boolean,
                "initial_value": string(3000, least=0),
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
        initial_value_fits,
    ),
    "number_input": shape(
        {**_KIND, "is_decimal_allowed": boolean},
        {
            **_ACTION,
            **_PLACEHOLDER,
            **_DISPATCH,
            "focus_on_load": boolean,
            "initial_value": string(255),
            "min_value": string(255),
            "max_value": string(255),
        },
    ),
    "email_text_input": shape(
        _KIND,
        {
            **_ACTION,
            **_PLACEHOLDER,
            **_DISPATCH,
            "focus_on_load": boolean,
            "initial_value": string(3000),
        },
    ),
    "url_text_input": shape(
        _KIND,
        {
            **_ACTION,
            **_PLACEHOLDER,
            **_DISPATCH,
            "focus_on_load": boolean,
            "initial_value": string(3000),
        },
    ),
}
IMAGE = by_type({"image": picture({})})
_IMAGE = {"image": picture({})}
_CLICKED: dict[str, Rule] = {"button": BUTTON, "overflow": _OVERFLOW, **_SELECTS, **_PICKERS}

IN_ACTIONS = by_type(_CLICKED)
IN_SECTION = by_type({**_CLICKED, **_IMAGE})
IN_INPUT = by_type({**_TYPED, **_SELECTS, **_PICKERS})
IN_CONTEXT = by_type(
    {
        **_IMAGE,
        "plain_text": shape({**_KIND, "text": string(3000)}, {"emoji": boolean}),
        "mrkdwn": shape({**_KIND, "text": string(3000)}, {"verbatim": boolean}),
    }
)
