// Block Kit: a visible table from block type to what it looks like.

import { chart } from "./charts.js";
import { alert, card, carousel, container } from "./containers.js";
import { h } from "./dom.js";
import { element } from "./elements.js";
import { picture } from "./files.js";
import { markdown } from "./markdown.js";
import { plainText, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";

const BLOCKS = {
  header: (block) => h("div", { class: "block-header", role: "heading", "aria-level": 3 }, plainText(block.text)),
  divider: () => h("hr", { class: "block-divider" }),
  section,
  context,
  actions,
  image,
  input,
  table,
  data_table: dataTable,
  data_visualization: chart,
  container: (block, surface) => container(block, surface, blocks),
  alert,
  card,
  carousel,
  rich_text: (block, surface) => h("div", { class: "block-rich" }, richText(block, surface.names)),
  markdown: (block, surface) => h("div", { class: "block-markdown" }, markdown(block.text, surface.names)),
};

/** The nodes of a list of blocks on `surface`. */
export function blocks(list, surface) {
  return list.map((block) => drawn(block, surface));
}

function drawn(block, surface) {
  if (Object.hasOwn(BLOCKS, block.type)) return BLOCKS[block.type](block, surface);
  return h("div", { class: "unsupported" }, `This page cannot show a ${block.type} block.`);
}

function section(block, surface) {
  const fields = block.fields?.map((field) => h("div", { class: "field" }, textObject(field, surface.names)));
  return h("div", { class: "block-section" },
    h("div", { class: "section-words" },
      block.text ? h("div", { class: "section-text" }, textObject(block.text, surface.names)) : null,
      fields ? h("div", { class: "section-fields" }, fields) : null),
    block.accessory ? h("div", { class: "section-accessory" }, accessory(block, surface)) : null);
}

function accessory(block, surface) {
  const spec = block.accessory;
  if (spec.type === "image") return picture(imageOf(spec), "accessory-image");
  return element(spec, { surface, blockId: block.block_id, dispatches: true });
}

function context(block, surface) {
  const item = (part) => (part.type === "image"
    ? h("img", { class: "context-image", src: imageOf(part).url, alt: part.alt_text })
    : h("span", { class: "context-text" }, textObject(part, surface.names)));
  return h("div", { class: "block-context" }, block.elements.map(item));
}

function actions(block, surface) {
  const slot = { surface, blockId: block.block_id, dispatches: true };
  return h("div", { class: "block-actions" }, block.elements.map((spec) => element(spec, slot)));
}

function image(block) {
  return h("figure", { class: "block-image" },
    block.title ? h("figcaption", {}, plainText(block.title)) : null,
    picture(imageOf(block), "message-picture"));
}

/** {url, alt, title} of a block or element that holds a picture by address or as a file of this Slack. */
function imageOf(spec) {
  const url = spec.image_url ?? spec.slack_file.url ?? `files/${encodeURIComponent(spec.slack_file.id)}/picture`;
  return { url, alt: spec.alt_text, title: spec.title ? plainText(spec.title) : spec.alt_text };
}

function input(block, surface) {
  const id = `${surface.id}-${block.block_id}`;
  const slot = { surface, blockId: block.block_id, labelId: `${id}-label`, dispatches: block.dispatch_action ?? false };
  return h("div", { class: "block-input", dataset: { block: block.block_id } },
    h("label", { id: `${id}-label`, for: `${id}-${block.element.action_id}` },
      plainText(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null),
    element(block.element, slot),
    h("div", { class: "input-error", id: `${id}-error`, role: "alert", hidden: true }),
    block.hint ? h("div", { class: "input-hint" }, plainText(block.hint)) : null);
}

/** Shows {block_id: text} under the blocks it names, and takes earlier errors away. */
export function showErrors(host, errors) {
  for (const node of host.querySelectorAll(".block-input")) {
    const text = errors[node.dataset.block];
    const place = node.querySelector(".input-error");
    const control = node.querySelector("input, textarea, select");
    place.textContent = text ?? "";
    place.hidden = text === undefined;
    control?.setAttribute("aria-invalid", String(text !== undefined));
    if (text !== undefined) control?.setAttribute("aria-describedby", place.id);
  }
  host.querySelector("[aria-invalid=true]")?.focus();
}
