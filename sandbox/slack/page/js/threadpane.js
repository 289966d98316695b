// The right pane: one thread.

import { Composer } from "./composer.js";
import { closeButton } from "./dialog.js";
import { h } from "./dom.js";
import { MessageList } from "./messages.js";

export class ThreadPane {
  constructor(channel, root, conversation, page) {
    this.channel = channel;
    this.root = root;
    this.conversation = conversation;
    this.page = page;
    this.list = new MessageList({ channel: channel.id, inThread: true }, page);
    this.composer = new Composer({ id: "thread-composer", placeholder: "Reply…", send: (text) => this.#send(text), commands: false, page });
    const close = closeButton("Close thread", () => page.follow({ channel: channel.id }));
    const where = h("span", { class: "pane-note" }, channel.kind === "im" ? "" : `#${channel.name}`);
    this.node = h("aside", { class: "pane thread-pane", "aria-label": "Thread" },
      h("header", { class: "pane-header" }, h("h2", {}, "Thread"), where, close),
      this.list.node, channel.is_archived ? null : this.composer.node);
  }

  show() {
    this.list.show(this.conversation.thread(this.root));
  }

  #send(text) {
    if (text.startsWith("/")) {
      this.page.notices.show("Slack accepts commands only in a channel, not in a thread.");
      return false;
    }
    this.list.toEnd();
    return this.page.tried(() => this.page.api.say(this.channel.id, text, this.root));
  }
}
