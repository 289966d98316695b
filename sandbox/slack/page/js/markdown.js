// The `markdown` block: the common subset of Markdown that Slack accepts.

import { h } from "./dom.js";
import { inline, unescaped } from "./inline.js";
import { emojiNode } from "./mrkdwn.js";
import { link, reference } from "./references.js";

const ATOM = /`([^`\n]+)`|\[([^\]\n]+)\]\(([^()\s]+)\)|<([^<>\n]+)>|:([a-z0-9_+-]+):/g;
const MARKS = new RegExp(
  [
    String.raw`\*\*(?=\S)((?:(?!\*\*)[^\n])*)\*\*`,
    String.raw`(?<!\w)__(?=\S)((?:(?!__)[^\n])*)__(?!\w)`,
    String.raw`\*(?=\S)([^*\n]*[^*\s])\*`,
    String.raw`(?<!\w)_(?=\S)([^_\n]*[^_\s])_(?!\w)`,
    String.raw`~~(?=\S)((?:(?!~~)[^\n])*)~~`,
  ].join("|"),
  "g",
);
const TAGS = ["b", "b", "i", "i", "s"];
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

// Each takes its lines off the front. They are tried in this order, and a paragraph takes the rest.
const READERS = [
  [/^```/, fence],
  [/^#{1,6}\s/, heading],
  [/^\s*([-*_])(\s*\1){2,}\s*$/, rule],
  [/^>/, quote],
  [ITEM, list],
  [/^\s*\|.*\|\s*$/, table],
];

/** The nodes of a Markdown text. */
export function markdown(text, names) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) {
    if (lines[0].trim() === "") lines.shift();
    else nodes.push(reader(lines[0])(lines, names));
  }
  return nodes;
}

function reader(line) {
  return READERS.find(([pattern]) => pattern.test(line))?.[1] ?? paragraph;
}

function words(text, names) {
  return inline(text, { atom: ATOM, draw: (match) => atom(match, names), marks: MARKS, tags: TAGS });
}

function atom([, code, label, address, inside, name], names) {
  if (code !== undefined) return h("code", {}, unescaped(code));
  if (label !== undefined) return link(unescaped(address), unescaped(label), names);
  if (inside !== undefined) return reference(inside, names);
  return emojiNode(name);
}

function takeWhile(lines, wanted) {
  const end = lines.findIndex((line) => !wanted(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function fence(lines) {
  lines.shift();
  const body = takeWhile(lines, (line) => !line.startsWith("```"));
  lines.shift();
  return h("pre", {}, unescaped(body.join("\n")));
}

function heading(lines, names) {
  const [, marks, text] = /^(#+)\s+(.*)$/.exec(lines.shift());
  return h("div", { class: `md-heading md-heading-${Math.min(marks.length, 3)}`, role: "heading", "aria-level": 3 }, words(text, names));
}

function rule(lines) {
  lines.shift();
  return h("hr");
}

function quote(lines, names) {
  const body = takeWhile(lines, (line) => line.startsWith(">"));
  return h("blockquote", {}, markdown(body.map((line) => line.replace(/^>\s?/, "")).join("\n"), names));
}

function list(lines, names) {
  const [, indent, mark] = ITEM.exec(lines[0]);
  const items = [];
  while (lines.length && ITEM.test(lines[0]) && ITEM.exec(lines[0])[1].length >= indent.length) {
    const nested = ITEM.exec(lines[0])[1].length > indent.length;
    if (nested && items.length) items.at(-1).append(list(lines, names));
    else items.push(h("li", {}, words(task(ITEM.exec(lines.shift())[3]), names)));
  }
  return /\d/.test(mark) ? h("ol", { start: parseInt(mark, 10) }, items) : h("ul", {}, items);
}

function task(text) {
  return text.replace(/^\[( |x)\]\s/i, (_, ticked) => (ticked === " " ? "☐ " : "☑ "));
}

function table(lines, names) {
  const rows = takeWhile(lines, (line) => /^\s*\|.*\|\s*$/.test(line)).map(cells);
  const [head, ...body] = rows.filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)));
  const draw = (tag) => (row) => h("tr", {}, row.map((cell) => h(tag, {}, words(cell, names))));
  return h("div", { class: "table-frame" }, h("table", {}, h("thead", {}, draw("th")(head ?? [])), h("tbody", {}, body.map(draw("td")))));
}

function cells(line) {
  return line.trim().slice(1, -1).split("|").map((cell) => cell.trim());
}

function paragraph(lines, names) {
  const first = lines.shift();
  const rest = takeWhile(lines, (line) => line.trim() !== "" && reader(line) === paragraph);
  return h("p", {}, [first, ...rest].map((text, index) => [index ? h("br") : null, words(text, names)]));
}
