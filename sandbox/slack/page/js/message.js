// One message in a channel or a thread.

import { attachments } from "./attachments.js";
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { isBroadcast, isReply } from "./conversation.js";
import { clock, dayOf, fullTime } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { files } from "./files.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { Surface } from "./surface.js";

/** `view` is {channel, inThread, continued}: its place, and whether it continues its author's previous message. */
export function message(body, view, page) {
  const author = page.workspace.user(body.user);
  const kind = ["message", body.ephemeral && "ephemeral", view.continued && "continued"].filter(Boolean).join(" ");
  return h("article", { class: kind, "aria-label": `${author?.real_name ?? "Somebody"}, ${clock(body.ts)}`, dataset: { ts: body.ts } },
    h("div", { class: "message-side" }, view.continued ? h("span", { class: "message-time" }, clock(body.ts)) : avatar(author)),
    h("div", { class: "message-main" },
      body.ephemeral ? h("div", { class: "ephemeral-note" }, icon("eye"), "Only visible to you") : null,
      view.continued ? null : byline(body, author),
      isBroadcast(body) ? broadcastNote(body, view, page) : null,
      content(body, view, page),
      reactions(body, page),
      view.inThread ? null : threadLine(body, view, page)),
    body.ephemeral ? null : tools(body, view, page));
}

function byline(body, author) {
  return h("div", { class: "byline" },
    h("span", { class: "author" }, body.username ?? author?.real_name ?? body.user),
    author?.is_bot ? h("span", { class: "app-tag" }, "APP") : null,
    h("time", { class: "message-time", title: fullTime(body.ts) }, clock(body.ts)));
}

function content(body, view, page) {
  const surface = new Surface({ type: "message", channel: view.channel, ts: body.ts }, page);
  const shown = body.blocks?.length ? blocks(body.blocks, surface) : text(body, page);
  const edited = body.edited ? h("span", { class: "edited", title: fullTime(body.edited.ts) }, " (edited)") : null;
  return h("div", { class: "message-content" }, shown, attachments(body.attachments ?? [], surface), edited, files(body.files ?? []));
}

function text(body, page) {
  return body.text ? h("div", { class: "message-text" }, mrkdwn(body.text, page.workspace)) : null;
}

function broadcastNote(body, view, page) {
  if (view.inThread) return h("div", { class: "thread-note" }, "Also sent to the channel");
  return h("div", { class: "thread-note" }, "replied to a thread: ",
    h("button", { type: "button", class: "link", onclick: () => page.follow({ channel: view.channel, thread: body.thread_ts }) }, "show thread"));
}

function reactions(body, page) {
  if (!body.reactions?.length) return null;
  const who = (users) => users.map((id) => page.workspace.user(id)?.real_name ?? id).join(", ");
  return h("div", { class: "reactions" }, body.reactions.map(({ name, count, users }) => (
    h("span", { class: "reaction", title: `${who(users)} reacted with :${name}:` }, emoji(name) ?? `:${name}:`, ` ${count}`))));
}

function threadLine(body, view, page) {
  if (!body.reply_count || isReply(body)) return null;
  const faces = (body.reply_users ?? []).slice(0, 4).map((id) => avatar(page.workspace.user(id), "small"));
  const last = body.latest_reply ? h("span", { class: "thread-last" }, `Last reply ${dayOf(body.latest_reply).toLowerCase()} at ${clock(body.latest_reply)}`) : null;
  return h("button", {
    type: "button", class: "thread-line", dataset: { key: `thread-${body.ts}` },
    onclick: () => page.follow({ channel: view.channel, thread: body.ts }),
  }, faces, h("span", { class: "thread-count" }, `${body.reply_count} ${body.reply_count === 1 ? "reply" : "replies"}`), last);
}

function tools(body, view, page) {
  const reply = h("button", {
    type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread",
    onclick: () => page.follow({ channel: view.channel, thread: isReply(body) ? body.thread_ts : body.ts }),
  }, icon("reply"));
  return h("div", { class: "message-tools", role: "toolbar", "aria-label": "Message" }, view.inThread ? null : reply, shortcuts(body, view, page));
}

function shortcuts(body, view, page) {
  const offered = page.workspace.shortcutsOf("message");
  if (!offered.length) return null;
  const items = offered.map(({ name, description, callback_id: callback }) => ({
    label: name,
    note: description,
    pick: () => page.tried(() => page.api.shortcut(callback, { channel: view.channel, ts: body.ts })),
  }));
  return h("button", {
    type: "button", class: "icon-button", "aria-label": "More actions for this message", title: "More actions", "aria-haspopup": "menu",
    dataset: { key: `menu-${body.ts}` }, onclick: ({ currentTarget }) => openMenu(currentTarget, items, "Message shortcuts"),
  }, icon("more"));
}
