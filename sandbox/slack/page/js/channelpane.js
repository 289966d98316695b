// The middle pane: one channel, its messages, and the composer.

import { Composer } from "./composer.js";
import { h, swap } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";

export class ChannelPane {
  /** `unread` is how many messages had not been seen when the channel was opened. */
  constructor(channel, conversation, unread, page) {
    this.channel = channel;
    this.conversation = conversation;
    this.unread = unread;
    this.page = page;
    this.newFrom = undefined;
    this.list = new MessageList({ channel: channel.id, inThread: false }, page);
    this.composer = new Composer({ id: "composer", placeholder: `Message ${this.#title()}`, send: (text) => this.#send(text), commands: true, page });
    this.notes = h("div", { class: "channel-notes" });
    this.node = h("section", { class: "pane channel-pane", "aria-label": this.#title() }, this.#header(), this.notes, this.list.node, this.#foot());
  }

  /** Draws the current conversation. */
  show() {
    const messages = this.conversation.top();
    this.newFrom ??= this.unread ? (messages.filter((message) => !message.ephemeral).at(-this.unread)?.ts ?? null) : null;
    this.list.show(messages, { newFrom: this.newFrom, opening: this.#opening(messages.length === 0) });
    swap(this.notes, this.#invitation());
  }

  #title() {
    return this.channel.kind === "im" ? this.page.workspace.bot.real_name : `#${this.channel.name}`;
  }

  #header() {
    const mark = this.channel.kind === "im" ? null : icon(this.channel.kind === "private" ? "lock" : "hash");
    return h("header", { class: "pane-header" }, this.page.menuButton(), h("h1", {}, mark, this.channel.kind === "im" ? this.#title() : this.channel.name));
  }

  #foot() {
    return this.channel.is_archived ? h("div", { class: "archived" }, "This channel has been archived. Nobody can post here.") : this.composer.node;
  }

  #invitation() {
    const { bot } = this.page.workspace;
    if (!bot || this.channel.bot_is_member || this.channel.is_archived || this.channel.kind === "im") return null;
    const invite = () => this.page.tried(async () => {
      await this.page.api.invite(this.channel.id);
      this.channel.bot_is_member = true;
      this.show();
    });
    return h("div", { class: "invitation" }, h("span", {}, `${bot.real_name} is not in this channel, and cannot post here.`),
      h("button", { type: "button", class: "button", dataset: { key: "invite" }, onclick: invite }, `Add ${bot.real_name}`));
  }

  /** What stands above the first message; in an empty channel, what to do first. */
  #opening(empty) {
    return { version: `opening-${empty}`, node: () => h("div", { class: "opening" },
      h("h2", {}, `This is the beginning of ${this.#title()}`),
      empty ? this.#firstSteps() : null) };
  }

  #firstSteps() {
    const [command] = this.page.workspace.commands;
    if (!command || this.channel.is_archived) return null;
    return h("p", {}, `${command.description}: type `,
      h("button", { type: "button", class: "try", onclick: () => this.composer.fill(`${command.command} `) }, command.command),
      " here, and see what the bot answers. Change who you are at the top left.");
  }

  #send(text) {
    this.list.toEnd();
    const { api } = this.page;
    return this.page.tried(() => (text.startsWith("/") ? api.command(this.channel.id, text) : api.say(this.channel.id, text)));
  }
}
