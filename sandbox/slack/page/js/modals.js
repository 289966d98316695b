// The modals one person has open, the last on top.

import { blocks, showErrors } from "./blocks.js";
import { closeButton, openDialog } from "./dialog.js";
import { h, swap } from "./dom.js";
import { plainText } from "./mrkdwn.js";
import { Surface } from "./surface.js";

export class Modals {
  #open = new Map();

  constructor(page) {
    this.page = page;
  }

  /** A view that is not pushed onto another takes the place of all that were open. */
  opened(view) {
    if (!view.previous_view_id) this.clear();
    this.#open.set(view.id, new Modal(view, this.page));
  }

  updated(view) {
    const modal = this.#open.get(view.id);
    if (modal) modal.show(view);
    else this.opened(view);
  }

  closed(view) {
    this.#open.get(view.id)?.dialog.close();
    this.#open.delete(view.id);
  }

  clear() {
    for (const modal of [...this.#open.values()].reverse()) modal.dialog.close();
    this.#open.clear();
  }
}

class Modal {
  #form = null;

  constructor(view, page) {
    this.page = page;
    this.body = h("form", { class: "modal-form", novalidate: true, onsubmit: (event) => this.#submit(event) });
    this.dialog = openDialog({ label: title(view), kind: "modal", cancelled: () => this.#close() }, this.body);
    this.show(view);
  }

  show(view) {
    this.view = view;
    this.dialog.setAttribute("aria-label", title(view));
    const surface = new Surface({ type: "view", view_id: view.id }, this.page);
    this.content = h("div", { class: "modal-content" }, blocks(view.blocks, surface));
    if (this.#form) surface.form.carryFrom(this.#form);
    this.#form = surface.form;
    this.alert = h("div", { class: "modal-alert", role: "alert", hidden: true });
    const first = this.body.childElementCount === 0;
    swap(this.body, this.#header(), this.content, this.alert, this.#footer());
    if (first) this.content.querySelector("[autofocus], input, textarea, select")?.focus();
  }

  #header() {
    return h("header", { class: "modal-header" }, h("h2", {}, title(this.view)), closeButton("Close", () => this.#close()));
  }

  #footer() {
    const { submit, close } = this.view;
    return h("footer", { class: "dialog-buttons" },
      h("button", { type: "button", class: "button", dataset: { key: "close" }, onclick: () => this.#close() }, close ? plainText(close) : submit ? "Cancel" : "Close"),
      submit ? h("button", { type: "submit", class: "button primary", dataset: { key: "submit" } }, plainText(submit)) : null);
  }

  #close() {
    return this.page.tried(() => this.page.api.close(this.view.id));
  }

  async #submit(event) {
    event.preventDefault();
    if (!this.view.submit || this.body.getAttribute("aria-busy") === "true") return;
    this.alert.hidden = true;
    this.body.setAttribute("aria-busy", "true");
    try {
      const answer = await this.page.api.submit(this.view.id, this.#form.values());
      showErrors(this.content, answer.errors ?? {});
    } catch (error) {
      this.alert.textContent = error.message;
      this.alert.hidden = false;
    } finally {
      this.body.removeAttribute("aria-busy");
    }
  }
}

function title(view) {
  return plainText(view.title);
}
