// The text between < and > in Slack's format: people, channels, groups, broadcasts, dates, links.
//
// `names` looks names up: {user(id), channel(id), usergroup(id), me, follow(link) -> bool}; see workspace.js.

import { formatted } from "./dates.js";
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { unescaped } from "./inline.js";

const SAFE = new Set(["http:", "https:", "mailto:"]);

/** The node for the inside of `<…>`; null if it has no meaning; then it is shown as written. */
export function reference(inside, names) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescaped(inside.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), names, label);
  if (target.startsWith("#")) return channelLink(target.slice(1), names, label);
  if (target.startsWith("!")) return special(target.slice(1), label, names);
  return link(unescaped(target), label, names);
}

export function userMention(id, names, label = "") {
  const mine = id === names.me.id;
  return h("span", { class: mine ? "mention mention-me" : "mention" }, `@${names.user(id)?.real_name ?? (label || id)}`);
}

export function channelLink(id, names, label = "") {
  return h("a", { class: "mention", href: `#channel=${encodeURIComponent(id)}`, onclick: (event) => {
    event.preventDefault();
    names.follow({ channel: id });
  } }, `#${names.channel(id)?.name ?? (label || id)}`);
}

export function groupMention(id, names, label = "") {
  const group = names.usergroup(id);
  const handle = group ? `@${group.handle}` : label || `@${id}`;
  return h("span", { class: group?.users.includes(names.me.id) ? "mention mention-me" : "mention" }, handle);
}

export function broadcast(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

function special(command, label, names) {
  const [word, ...rest] = command.split("^");
  if (["channel", "here", "everyone"].includes(word)) return broadcast(word);
  if (word === "subteam") return groupMention(rest[0], names, label);
  if (word === "date") return date(rest, label, names);
  return label ? h("span", {}, label) : null;
}

function date([seconds, template = "", url], fallback, names) {
  if (!/^\d+$/.test(seconds ?? "")) return h("span", {}, fallback);
  const moment = new Date(Number(seconds) * 1000);
  const shown = formatted(unescaped(template), Number(seconds));
  const time = h("time", { datetime: moment.toISOString(), title: fallback || moment.toISOString() }, shown);
  return (url && link(unescaped(url), shown, names)) || time;
}

/** A link that opens in a new tab, or here if it leads to a message on this page; null if its address must not be followed. */
export function link(address, label, names) {
  const url = parsed(address);
  if (!url || !SAFE.has(url.protocol)) return null;
  const text = withEmoji(label || address);
  const permalink = /^\/archives\/(\w+)\/p(\d{10})(\d{6})$/.exec(url.pathname);
  const attributes = { href: url.href, target: "_blank", rel: "noopener noreferrer" };
  if (permalink) attributes.onclick = (event) => openHere(event, url, permalink, names);
  return h("a", attributes, text);
}

function openHere(event, url, [, channel, seconds, fraction], names) {
  const ts = `${seconds}.${fraction}`;
  if (names.follow({ channel, thread: url.searchParams.get("thread_ts"), message: ts })) event.preventDefault();
}

function parsed(address) {
  return URL.canParse(address) ? new URL(address) : null;
}
