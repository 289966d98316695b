// Attachments: the older way to extend a message, and still the only one with a coloured bar.

import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { picture } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { link } from "./references.js";

const NAMED = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

export function attachments(list, surface) {
  return list.map((attachment) => {
    const node = h("div", { class: "attachment" }, attachment.blocks ? blocks(attachment.blocks, surface) : legacy(attachment, surface.names));
    const color = bar(attachment.color);
    if (color) node.style.setProperty("--bar", color);
    return node;
  });
}

function bar(color = "") {
  return NAMED[color] ?? (/^#?[0-9a-f]{6}$/i.test(color) ? `#${color.replace("#", "")}` : null);
}

function legacy(attachment, names) {
  const { pretext, author_name: author, title, title_link: address, text, fields, image_url: image, footer } = attachment;
  return [
    pretext ? h("div", {}, mrkdwn(pretext, names)) : null,
    author ? h("div", { class: "attachment-author" }, author) : null,
    title ? h("div", { class: "attachment-title" }, (address && link(address, title, names)) || title) : null,
    text ? h("div", {}, mrkdwn(text, names)) : null,
    fields ? h("div", { class: "section-fields" }, fields.map((field) => h("div", { class: "field" }, h("b", {}, field.title), h("br"), mrkdwn(field.value, names)))) : null,
    image ? picture({ url: image, alt: attachment.fallback ?? title ?? "", title: title ?? "Picture" }, "message-picture") : null,
    footer ? h("div", { class: "attachment-footer" }, footer) : null,
  ];
}
