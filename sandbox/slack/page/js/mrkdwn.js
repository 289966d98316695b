// Slack's mrkdwn: *bold*, _italic_, ~struck~, `code`, ```blocks```, > quotes, and lists as people type them.

import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { inline, unescaped } from "./inline.js";
import { link, reference } from "./references.js";

const ATOM = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(https?:\/\/[^\s<>|*~`]+[^\s<>|*~`.,;:!?)\]'"])/g;
const MARKS = new RegExp(
  [
    String.raw`(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])`,
    String.raw`(?<![\w_])_(?=\S)([^_\n]*[^_\s])_(?![\w_])`,
    String.raw`(?<![\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])`,
  ].join("|"),
  "g",
);
const TAGS = ["b", "i", "s"];
const NO_MARKS = /(?!)/g;
const LIST_LINE = /^(\s*)([•◦▪\-–]|\d+[.)])\s+(.*)$/;

/** The nodes of a mrkdwn text. */
export function mrkdwn(text, names) {
  return text.split(/```\n?([\s\S]*?)```\n?/).flatMap((part, index) => (index % 2 ? [pre(part, names)] : paragraphs(part, names)));
}

/** The text of a text object {type, text}: plain_text has emoji but no other markup. */
export function textObject(object, names) {
  if (!object) return [];
  return object.type === "plain_text" ? [plainText(object)] : mrkdwn(object.text, names);
}

/** A plain_text object as a string. */
export function plainText(object) {
  const text = unescaped(object.text);
  return object.emoji === false ? text : withEmoji(text);
}

function pre(text, names) {
  const draw = ([, inside]) => reference(inside, names);
  return h("pre", {}, inline(text, { atom: /<([^<>\n]+)>/g, draw, marks: NO_MARKS, tags: [] }));
}

function paragraphs(text, names) {
  const nodes = [];
  const lines = text.split("\n");
  while (lines.length) {
    if (isQuote(lines[0])) nodes.push(quote(lines, names));
    else nodes.push(line(lines.shift(), names), lines.length && !isQuote(lines[0]) ? h("br") : null);
  }
  return nodes.flat();
}

function isQuote(text) {
  return /^(&gt;|>)/.test(text);
}

/** Takes the quoted lines off the front of `lines`. `>>>` quotes everything that follows. */
function quote(lines, names) {
  const all = /^(&gt;|>){3}/.test(lines[0]);
  const quoted = [];
  while (lines.length && (all || isQuote(lines[0]))) quoted.push(lines.shift().replace(/^((&gt;|>){3}|&gt;|>)\s?/, ""));
  return h("blockquote", {}, quoted.map((text, index) => [index ? h("br") : null, line(text, names)]));
}

function line(text, names) {
  const item = LIST_LINE.exec(text);
  if (!item) return words(text, names);
  const depth = Math.min(Math.floor(item[1].length / 2), 4);
  const row = h("span", { class: "list-line" }, h("span", { class: "list-mark" }, item[2]), h("span", {}, words(item[3], names)));
  row.style.setProperty("--depth", depth);
  return row;
}

function words(text, names) {
  return inline(text, { atom: ATOM, draw: (match) => atom(match, names), marks: MARKS, tags: TAGS });
}

function atom([written, code, inside, name, url], names) {
  if (code !== undefined) return h("code", {}, unescaped(code));
  if (inside !== undefined) return reference(inside, names) ?? document.createTextNode(unescaped(written));
  if (name !== undefined) return emojiNode(name);
  return link(unescaped(url), "", names);
}

export function emojiNode(name) {
  const character = emoji(name);
  return character ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, character) : null;
}
