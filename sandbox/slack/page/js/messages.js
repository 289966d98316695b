// A list of messages with day dividers, a thread divider and a "new" line; it scrolls to the end unless the person scrolled up.

import { continued } from "./conversation.js";
import { dayOf } from "./dates.js";
import { h, reconcile } from "./dom.js";
import { message } from "./message.js";

const AT_END = 40; // pixels from the end that still count as being there

export class MessageList {
  /** `view` is {channel, inThread}. */
  constructor(view, page) {
    this.view = view;
    this.page = page;
    this.node = h("div", { class: "messages", role: "log", "aria-live": "off", "aria-label": view.inThread ? "Thread" : "Messages", tabindex: 0 });
    // A picture that loads late makes the list longer: stay at the end if the person was there.
    this.node.addEventListener("load", () => this.following && this.toEnd(), true);
    this.node.addEventListener("scroll", () => this.#scrolled());
    // An opened dock or a taller composer makes it shorter.
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.node);
    this.following = true;
    this.scrolledTo = 0;
  }

  /** `opening` is shown before the first message, `newFrom` the ts of the first unread one. */
  show(messages, { opening = null, newFrom = null } = {}) {
    const following = this.following;
    const items = this.#items(messages, newFrom);
    if (opening) items.unshift({ key: "opening", version: opening.version, node: opening.node });
    reconcile(this.node, items, (item) => item.node?.() ?? message(item.body, { ...this.view, continued: item.continued }, this.page));
    if (following) this.toEnd();
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
    this.following = true;
  }

  /** Scrolls to a message and marks it for a moment. */
  point(ts) {
    const node = this.node.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("pointed");
    node.addEventListener("animationend", () => node.classList.remove("pointed"), { once: true });
  }

  // Only scrolling up means that the person wants to read there: a list that shrinks moves away from its end, too.
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    const up = scrollTop < this.scrolledTo;
    this.scrolledTo = scrollTop;
    if (scrollHeight - scrollTop - clientHeight < AT_END) this.following = true;
    else if (up) this.following = false;
  }

  #items(messages, newFrom) {
    const close = continued(messages);
    return messages.flatMap((body, index) => {
      const lines = this.#before(body, messages[index - 1], newFrom, index, messages.length);
      const item = { key: body.ts, body, continued: close.has(body.ts) && !lines.length };
      item.version = JSON.stringify([body, item.continued]);
      return [...lines, item];
    });
  }

  #before(body, previous, newFrom, index, count) {
    const day = dayOf(body.ts);
    const lines = [];
    if (!this.view.inThread && day !== (previous && dayOf(previous.ts))) lines.push(divider(`day-${day}`, day, "day-line"));
    if (this.view.inThread && index === 1) lines.push(divider("replies", `${count - 1} ${count === 2 ? "reply" : "replies"}`, "reply-line"));
    if (body.ts === newFrom) lines.push(divider("new", "New", "new-line"));
    return lines;
  }
}

function divider(key, text, kind) {
  return { key, version: text, node: () => h("div", { class: `divider ${kind}`, role: "separator", "aria-label": text }, h("span", {}, text)) };
}
