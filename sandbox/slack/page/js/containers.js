// Blocks that hold others or stand out: containers, alerts, cards and carousels.

import { h } from "./dom.js";
import { element } from "./elements.js";
import { picture } from "./files.js";
import { icon } from "./icons.js";
import { plainText, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const LEVELS = { default: "", info: "Info", success: "Success", warning: "Warning", error: "Error" };

/** `draw` draws the blocks inside. What a person has opened or closed stays so when the message changes. */
export function container(block, surface, draw) {
  const inside = draw(block.child_blocks, surface);
  const words = h("span", { class: "container-words" },
    h("span", { class: "container-title" }, block.rich_text_title ? richText(block.rich_text_title, surface.names) : plainText(block.title)),
    block.subtitle ? h("span", { class: "container-subtitle" }, textObject(block.subtitle, surface.names)) : null);
  const label = block.title ? plainText(block.title) : "Container";
  if (!block.is_collapsible) {
    return h("section", { class: "block-container", "aria-label": label }, h("div", { class: "container-head" }, words), h("div", { class: "container-body" }, inside));
  }
  return collapsible(block, { surface, label, words, inside });
}

function collapsible(block, { surface, label, words, inside }) {
  const key = `${surface.id}-container-${label.replace(/\d+/g, "#")}`;
  const { opened } = surface.page;
  const id = `${surface.id}-${block.block_id}-body`;
  const body = h("div", { class: "container-body", id }, inside);
  const head = h("button", { type: "button", class: "container-head", "aria-controls": id, dataset: { key }, onclick: () => {
    opened.set(key, body.hidden);
    show(body.hidden);
  } },
    h("span", { class: "container-mark" }, icon("chevron")), words);
  const show = (open) => {
    body.hidden = !open;
    head.setAttribute("aria-expanded", String(open));
  };
  show(opened.get(key) ?? !block.default_collapsed);
  return h("section", { class: "block-container", "aria-label": label }, head, body);
}

export function alert(block, surface) {
  const level = block.level ?? "default";
  const urgent = level === "warning" || level === "error";
  return h("div", { class: `block-alert level-${level}`, role: urgent ? "alert" : "note" },
    icon(urgent ? "warning" : "info"),
    h("div", {}, h("span", { class: "unseen" }, LEVELS[level] ? `${LEVELS[level]}: ` : ""), textObject(block.text, surface.names)));
}

export function card(block, surface) {
  const slot = { surface, blockId: block.block_id, dispatches: true };
  const image = (spec, kind) => (spec ? picture({ url: spec.image_url ?? spec.slack_file?.url, alt: spec.alt_text, title: spec.alt_text }, kind) : null);
  const part = (name) => (block[name] ? h("div", { class: `card-${name}` }, textObject(block[name], surface.names)) : null);
  return h("article", { class: "block-card" },
    image(block.hero_image, "card-picture"),
    h("div", { class: "card-top" }, image(block.icon, "card-icon"), h("div", { class: "card-words" }, part("title"), part("subtitle"))),
    part("body"),
    block.actions?.length ? h("div", { class: "block-actions" }, block.actions.map((spec) => element(spec, slot))) : null);
}

/** Cards side by side; the keyboard reaches the row, and the arrow keys scroll it. */
export function carousel(block, surface) {
  return h("div", { class: "block-carousel", tabindex: 0, role: "region", "aria-label": `${block.elements.length} cards` },
    block.elements.map((each) => card(each, surface)));
}
