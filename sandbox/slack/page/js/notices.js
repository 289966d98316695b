// The page's own notices, and announcements of new messages for screen readers.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const SHOWN = 9000; // milliseconds

export class Notices {
  /** `host` holds the notices, `whisper` is an invisible live region. */
  constructor(host, whisper) {
    this.host = host;
    this.whisper = whisper;
  }

  show(text) {
    const node = h("div", { class: "notice", role: "alert" }, h("span", {}, text),
      h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: () => this.#drop(node) }, icon("close")));
    this.host.append(node);
    this.#onTop();
    setTimeout(() => this.#drop(node), SHOWN);
  }

  announce(text) {
    this.whisper.textContent = text;
  }

  // A dialog opened since the last notice would cover this one: the browser stacks them by when they were shown.
  #onTop() {
    if (this.host.matches(":popover-open")) this.host.hidePopover();
    this.host.showPopover();
  }

  #drop(node) {
    node.remove();
    if (!this.host.children.length && this.host.matches(":popover-open")) this.host.hidePopover();
  }
}
