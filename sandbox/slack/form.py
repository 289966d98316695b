"""Forms in modals: the value of an input, and Slack's own validation before it submits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.slack.elements import Element, elements_of, inputs_of
from sandbox.slack.refusal import Json

REQUIRED = "Please complete this required field."

# element type -> (field of its value, field of its initial value)
_FIELDS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_SEVERAL = {"checkboxes", "multi_static_select", "multi_users_select"}


def holds_value(kind: str) -> bool:
    return kind in _FIELDS


def initial_values(blocks: Sequence[Json]) -> Json:
    """The `state.values` of an untouched form."""
    values: Json = {}
    for element in elements_of(blocks):
        if holds_value(element.kind):
            field, initial = _FIELDS[element.kind]
            empty: Any = [] if element.kind in _SEVERAL else None
            entered = {"type": element.kind, field: element.body.get(initial, empty)}
            values.setdefault(element.block_id, {})[element.action_id] = entered
    return values


def entered(element: Element, given: Any) -> Json:
    """What `state.values` contains once a person has typed or chosen `given`.

    An option is given by its text or its value; several as a list.
    """
    field, _ = _FIELDS[element.kind]
    if element.kind in {"checkboxes", "multi_static_select"}:
        return {"type": element.kind, field: [option_of(element, one) for one in given]}
    if element.kind in {"static_select", "radio_buttons"}:
        return {"type": element.kind, field: option_of(element, given)}
    return {"type": element.kind, field: given}


def options_of(element: Element) -> list[Json]:
    grouped = [option for group in element.body.get("option_groups", []) for option in group["options"]]
    return [*element.body.get("options", []), *grouped]


def option_of(element: Element, name: str) -> Json:
    """The option with this text. Raises LookupError, which lists the options."""
    options = options_of(element)
    for option in options:
        if name in {option["text"]["text"], option["value"]}:
            return option
    raise LookupError(f"no option {name!r}; there are {[option['text']['text'] for option in options]}")


def refusals(blocks: Sequence[Json], values: Json) -> dict[str, str]:
    """Returns block_id -> Slack's error message for each invalid input."""
    said = {}
    for block, element in inputs_of(blocks):
        field, _ = _FIELDS[element.kind]
        value = values.get(element.block_id, {}).get(element.action_id, {}).get(field)
        if words := _refusal(block, element, value):
            said[element.block_id] = words
    return said


def _refusal(block: Json, element: Element, value: Any) -> str:
    if value in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    length = len(value) if isinstance(value, str) else 0
    if element.kind != "plain_text_input":
        return ""
    if length < element.body.get("min_length", 0):
        return f"Please enter at least {element.body['min_length']} characters."
    if length > element.body.get("max_length", 3000):
        return f"Please shorten this to {element.body.get('max_length', 3000)} characters or fewer."
    return ""
