// The left side: which team this is, who you are, its channels, its app.

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";

/** `place` is where the person is, `unread` the count per channel id. */
export function sidebar(workspace, place, unread, page) {
  return [
    h("header", { class: "team" }, h("span", { class: "team-name" }, workspace.team.name), h("span", { class: "team-note" }, "A local Slack to try the bot in")),
    self(workspace, page),
    h("nav", { "aria-label": "Channels" }, h("h2", {}, "Channels"),
      workspace.channels().map((channel) => channelRow(channel, place, unread.get(channel.id) ?? 0, page))),
    h("nav", { "aria-label": "Apps" }, h("h2", {}, "Apps"), app(workspace, place, page)),
  ];
}

function self(workspace, page) {
  const { me } = workspace;
  const items = workspace.selves().map((user) => ({
    label: user.real_name, note: workspace.role(user), checked: user.id === me.id, mark: avatar(user, "small"), pick: () => page.become(user.id),
  }));
  return h("button", {
    type: "button", class: "self", "aria-haspopup": "menu", "aria-expanded": "false", dataset: { key: "self" },
    "aria-label": `You are ${me.real_name}, ${workspace.role(me)}. Act as someone else`,
    onclick: ({ currentTarget }) => openMenu(currentTarget, items, "Act as someone else"),
  }, avatar(me), h("span", { class: "self-words" },
    h("span", { class: "self-label" }, "You are"),
    h("span", { class: "self-name" }, me.real_name),
    h("span", { class: "self-role" }, workspace.role(me))), icon("chevron"));
}

function channelRow(channel, place, unread, page) {
  const here = place.channel === channel.id && !place.home;
  const kind = ["row", here && "row-here", unread && "row-unread"].filter(Boolean).join(" ");
  return h("button", {
    type: "button", class: kind, "aria-current": here ? "page" : null, dataset: { key: `channel-${channel.id}` },
    onclick: () => page.follow({ channel: channel.id }),
  }, icon(channel.kind === "private" ? "lock" : "hash"), h("span", { class: "row-name" }, channel.name),
  unread ? h("span", { class: "badge", "aria-label": `${unread} unread` }, String(unread)) : null);
}

function app(workspace, place, page) {
  if (!workspace.bot) return null;
  return h("button", {
    type: "button", class: place.home ? "row row-here" : "row", "aria-current": place.home ? "page" : null, dataset: { key: "app" },
    onclick: () => page.follow({ home: "home" }),
  }, avatar(workspace.bot, "small"), h("span", { class: "row-name" }, workspace.bot.real_name), h("span", { class: "row-note" }, "Home"));
}
