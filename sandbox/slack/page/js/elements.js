// Block Kit's interactive elements: buttons, and those that hold a choice (fields.js).

import { h } from "./dom.js";
import { FIELDS } from "./fields.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { plainText } from "./mrkdwn.js";

const TYPING = 700; // milliseconds without a key until a typed date counts as entered
const PRESSED = { button, overflow, workflow_button: button };

/**
 * One element. `slot` is its place, {surface, blockId, labelId?, dispatches}: an element in an input
 * block is read on submit, elsewhere each choice is an action at once.
 */
export function element(spec, slot) {
  const at = { ...slot, id: `${slot.surface.id}-${slot.blockId}-${spec.action_id}`, names: slot.surface.names, label: name(spec) };
  if (Object.hasOwn(PRESSED, spec.type)) return PRESSED[spec.type](spec, at);
  if (!Object.hasOwn(FIELDS, spec.type)) return h("span", { class: "unsupported" }, `This page cannot show a ${spec.type}.`);
  return choice(spec, at);
}

function name(spec) {
  if (spec.accessibility_label) return spec.accessibility_label;
  return spec.placeholder ? plainText(spec.placeholder) : spec.type.replaceAll("_", " ");
}

function choice(spec, slot) {
  const field = FIELDS[spec.type](spec, slot);
  slot.surface.form.add(slot.blockId, spec, field);
  if (slot.dispatches) dispatch(field, spec, slot);
  return field.node;
}

/** Each change is an action; a refused change is undone. */
function dispatch(field, spec, slot) {
  let accepted = field.read();
  let timer = null;
  const report = async () => {
    if (await slot.surface.act(slot.blockId, spec, field.read())) accepted = field.read();
    else field.restore(accepted);
  };
  // Browsers report every digit of a typed date or time as a change of its own.
  const pause = spec.type.endsWith("picker") ? TYPING : 0;
  field.node.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(report, pause);
  });
}

function button(spec, slot) {
  const press = (event) => {
    if (!spec.url) return pressed(event.currentTarget, spec, slot, spec.value === undefined ? {} : { value: spec.value });
    return slot.surface.act(slot.blockId, spec, {});
  };
  const attributes = {
    class: `button ${spec.style ?? ""}`, "aria-label": spec.accessibility_label, dataset: { key: slot.id }, onclick: press,
  };
  if (!spec.url) return h("button", { type: "button", ...attributes }, plainText(spec.text));
  const web = /^https?:/.test(spec.url);
  return h("a", { ...attributes, href: web ? spec.url : null, target: "_blank", rel: "noopener noreferrer" }, plainText(spec.text));
}

async function pressed(node, spec, slot, value) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  await slot.surface.act(slot.blockId, spec, value);
  node.removeAttribute("aria-busy");
}

function overflow(spec, slot) {
  const items = (node) => spec.options.map((option) => ({
    label: plainText(option.text),
    note: option.description ? plainText(option.description) : null,
    pick: () => pressed(node, spec, slot, { selected_option: option }),
  }));
  const label = "More actions"; // Slack has no label for an overflow menu
  return h("button", {
    type: "button", class: "button overflow", "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false",
    dataset: { key: slot.id }, onclick: ({ currentTarget }) => openMenu(currentTarget, items(currentTarget), label),
  }, icon("more"));
}
