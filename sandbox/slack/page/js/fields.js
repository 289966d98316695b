// The elements that hold a choice. Each is {node, read() -> Slack's keys for the choice, restore(choice)}.

import { h } from "./dom.js";
import { plainText, textObject } from "./mrkdwn.js";

export const FIELDS = {
  plain_text_input: text,
  number_input: typed("number", "value", "initial_value"),
  email_text_input: typed("email", "value", "initial_value"),
  url_text_input: typed("url", "value", "initial_value"),
  datepicker: typed("date", "selected_date", "initial_date"),
  timepicker: typed("time", "selected_time", "initial_time"),
  datetimepicker: dateAndTime,
  static_select: staticSelect,
  users_select: idSelect("selected_user", "initial_user", people),
  channels_select: idSelect("selected_channel", "initial_channel", channels),
  conversations_select: idSelect("selected_conversation", "initial_conversation", channels),
  radio_buttons: (spec, slot) => optionBoxes("radio", "selected_option", spec, slot),
  checkboxes: (spec, slot) => optionBoxes("checkbox", "selected_options", spec, slot),
  multi_static_select: (spec, slot) => optionBoxes("checkbox", "selected_options", spec, slot),
  multi_users_select: (spec, slot) => idBoxes("selected_users", spec.initial_users, people(slot.names), slot),
  multi_channels_select: (spec, slot) => idBoxes("selected_channels", spec.initial_channels, channels(slot.names), slot),
};

function labelled(slot, spec, more = {}) {
  const label = slot.labelId ? { "aria-labelledby": slot.labelId } : { "aria-label": slot.label };
  const placeholder = spec.placeholder ? plainText(spec.placeholder) : null;
  return { ...label, id: slot.id, autofocus: spec.focus_on_load ?? false, placeholder, ...more, dataset: { key: slot.id } };
}

/** A field whose whole state is the value of one native control. */
function valued(node, key) {
  return { node, read: () => ({ [key]: node.value || null }), restore: (chosen) => { node.value = chosen[key] ?? ""; } };
}

function text(spec, slot) {
  const attributes = labelled(slot, spec, { class: "input", maxlength: spec.max_length, minlength: spec.min_length });
  const node = spec.multiline ? h("textarea", { ...attributes, rows: 4 }) : h("input", { ...attributes, type: "text" });
  node.value = spec.initial_value ?? "";
  return valued(node, "value");
}

function typed(type, key, initial) {
  return (spec, slot) => {
    const limits = { min: spec.min_value, max: spec.max_value, step: spec.is_decimal_allowed ? "any" : null };
    const node = h("input", labelled(slot, spec, { class: "input", type, ...limits }));
    node.value = spec[initial] ?? "";
    return valued(node, key);
  };
}

function dateAndTime(spec, slot) {
  const node = h("input", labelled(slot, spec, { class: "input", type: "datetime-local" }));
  const show = (seconds) => { node.value = seconds ? localMinute(new Date(seconds * 1000)) : ""; };
  show(spec.initial_date_time);
  return {
    node,
    read: () => ({ selected_date_time: node.value ? Math.floor(new Date(node.value) / 1000) : null }),
    restore: (chosen) => show(chosen.selected_date_time),
  };
}

function localMinute(moment) {
  return `${moment.toLocaleDateString("sv")}T${moment.toLocaleTimeString("sv").slice(0, 5)}`;
}

function staticSelect(spec, slot) {
  const options = spec.options ?? spec.option_groups.flatMap((group) => group.options);
  const choice = (option) => h("option", { value: options.indexOf(option) }, optionText(option));
  const groups = spec.option_groups?.map((group) => h("optgroup", { label: plainText(group.label) }, group.options.map(choice)));
  const node = select(spec, slot, groups ?? options.map(choice));
  const show = (option) => { node.value = option ? options.findIndex(({ value }) => value === option.value) : ""; };
  show(spec.initial_option);
  return {
    node,
    read: () => ({ selected_option: options[node.value] ?? null }),
    restore: (chosen) => show(chosen.selected_option),
  };
}

function idSelect(key, initial, list) {
  return (spec, slot) => {
    const node = select(spec, slot, list(slot.names).map(({ id, name }) => h("option", { value: id }, name)));
    node.value = spec[initial] ?? "";
    return valued(node, key);
  };
}

function select(spec, slot, choices) {
  const nothing = h("option", { value: "" }, spec.placeholder ? plainText(spec.placeholder) : "Select an item");
  return h("select", labelled(slot, spec, { class: "input select" }), nothing, choices);
}

function optionText(option) {
  return plainText(option.text) + (option.description ? ` — ${plainText(option.description)}` : "");
}

function people(names) {
  return names.people().map((user) => ({ id: user.id, name: user.real_name }));
}

function channels(names) {
  return names.openChannels().map((channel) => ({ id: channel.id, name: `#${channel.name}` }));
}

function optionBoxes(kind, key, spec, slot) {
  const options = spec.options ?? spec.option_groups.flatMap((group) => group.options);
  const words = (option) => [
    h("span", {}, textObject(option.text, slot.names)),
    option.description ? h("span", { class: "option-note" }, textObject(option.description, slot.names)) : null,
  ];
  const box = boxes(kind, options.map(words), slot);
  const show = (chosen) => box.tick((index) => chosen.some(({ value }) => value === options[index].value));
  const many = kind === "checkbox";
  show(many ? (spec.initial_options ?? []) : [spec.initial_option].filter(Boolean));
  const chosen = () => options.filter((_, index) => box.ticked(index));
  return {
    node: box.node,
    read: () => ({ [key]: many ? chosen() : (chosen()[0] ?? null) }),
    restore: (before) => show([before[key]].flat().filter(Boolean)),
  };
}

function idBoxes(key, initial = [], list, slot) {
  const box = boxes("checkbox", list.map(({ name }) => name), slot);
  const show = (ids) => box.tick((index) => ids.includes(list[index].id));
  show(initial);
  return {
    node: box.node,
    read: () => ({ [key]: list.filter((_, index) => box.ticked(index)).map(({ id }) => id) }),
    restore: (chosen) => show(chosen[key]),
  };
}

function boxes(kind, words, slot) {
  const inputs = words.map((_, index) => h("input", { type: kind, name: slot.id, dataset: { key: `${slot.id}-${index}` } }));
  const rows = words.map((word, index) => h("label", { class: "option" }, inputs[index], h("span", { class: "option-words" }, word)));
  const label = slot.labelId ? { "aria-labelledby": slot.labelId } : { "aria-label": slot.label };
  return {
    node: h("div", { class: "options", role: kind === "radio" ? "radiogroup" : "group", id: slot.id, ...label }, rows),
    ticked: (index) => inputs[index].checked,
    tick: (wanted) => inputs.forEach((input, index) => { input.checked = wanted(index); }),
  };
}
