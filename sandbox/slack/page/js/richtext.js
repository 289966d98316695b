// The `rich_text` block: Slack's own tree of formatted text.

import { h } from "./dom.js";
import { formatted } from "./dates.js";
import { emojiNode } from "./mrkdwn.js";
import { broadcast, channelLink, groupMention, link, userMention } from "./references.js";

const STYLES = [["code", "code"], ["bold", "b"], ["italic", "i"], ["strike", "s"]];

const CONTAINERS = {
  rich_text_section: (part, names) => h("div", {}, pieces(part, names)),
  rich_text_quote: (part, names) => h("blockquote", {}, pieces(part, names)),
  rich_text_preformatted: (part, names) => h("pre", {}, pieces(part, names)),
  rich_text_list: list,
};

const PIECES = {
  text: (piece) => piece.text,
  link: (piece, names) => link(piece.url, piece.text ?? "", names) ?? piece.text ?? piece.url,
  user: (piece, names) => userMention(piece.user_id, names),
  usergroup: (piece, names) => groupMention(piece.usergroup_id, names),
  channel: (piece, names) => channelLink(piece.channel_id, names),
  broadcast: (piece) => broadcast(piece.range),
  emoji: (piece) => emojiNode(piece.name) ?? `:${piece.name}:`,
  date: (piece) => formatted(piece.format, piece.timestamp),
  color: (piece) => piece.value,
};

/** The nodes of a rich_text block, or of a rich_text cell of a table. */
export function richText(block, names) {
  return block.elements.map((part) => CONTAINERS[part.type]?.(part, names) ?? null);
}

function pieces(part, names) {
  return part.elements.map((piece) => styled(PIECES[piece.type]?.(piece, names) ?? "", piece.style));
}

function styled(node, style = {}) {
  return STYLES.reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}

function list(part, names) {
  const items = part.elements.map((section) => h("li", {}, pieces(section, names)));
  const attributes = { class: `rich-list indent-${Math.min(part.indent ?? 0, 6)}` };
  return part.style === "ordered" ? h("ol", { ...attributes, start: (part.offset ?? 0) + 1 }, items) : h("ul", attributes, items);
}
