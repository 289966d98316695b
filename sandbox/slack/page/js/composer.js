// The message composer: Enter sends, Shift+Enter is a new line, a leading slash is a command.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { suggestions, usage } from "./suggestions.js";

export class Composer {
  #offers = [];
  #chosen = 0;

  /**
   * `send(text)` resolves to true once the text has been accepted; `id` tells the page's composers apart; `commands` is whether
   * the app can be called from here.
   */
  constructor({ id, placeholder, send, commands, page }) {
    this.send = send;
    this.commands = commands;
    this.page = page;
    this.list = h("div", { class: "offers", role: "listbox", id: `${id}-offers`, "aria-label": "Suggestions", hidden: true });
    this.hint = h("div", { class: "usage", hidden: true });
    this.input = h("textarea", {
      id, rows: 1, placeholder, "aria-label": placeholder, role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list",
      "aria-controls": `${id}-offers`, autocomplete: "off", dataset: { key: id },
      oninput: () => this.#typed(), onkeydown: (event) => this.#pressed(event), onblur: () => this.#offer([]),
    });
    this.node = h("form", { class: "composer", onsubmit: (event) => this.#submit(event) }, this.list, this.hint, this.input, this.#bar());
  }

  /** Puts `text` into the composer, for the person to check and send. */
  fill(text) {
    this.input.value = text;
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
    this.#typed();
  }

  #bar() {
    const offered = this.commands ? this.page.workspace.shortcutsOf("global") : [];
    const items = offered.map(({ name, description, callback_id: callback }) => ({
      label: name, note: description, pick: () => this.page.tried(() => this.page.api.shortcut(callback)),
    }));
    const open = ({ currentTarget }) => openMenu(currentTarget, items, "Shortcuts");
    return h("div", { class: "composer-bar" },
      items.length ? h("button", { type: "button", class: "icon-button", "aria-label": "Shortcuts", title: "Shortcuts", "aria-haspopup": "menu", onclick: open }, icon("bolt")) : null,
      h("span", { class: "composer-help" }, h("kbd", {}, "Enter"), " sends", this.commands ? [" · ", h("kbd", {}, "/"), " commands"] : null),
      h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send" }, icon("send")));
  }

  async #submit(event) {
    event?.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.#typed();
    if (!(await this.send(text)) && !this.input.value) this.fill(text);
  }

  #typed() {
    const { value, selectionStart } = this.input;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    const hint = this.commands ? usage(value, this.page.workspace) : null;
    this.hint.hidden = hint === null;
    this.hint.textContent = hint ?? "";
    this.#offer(suggestions(value, selectionStart, this.commands, this.page.workspace));
  }

  #offer(offers) {
    this.#offers = offers;
    this.#chosen = 0;
    this.list.hidden = !offers.length;
    this.input.setAttribute("aria-expanded", String(offers.length > 0));
    this.list.replaceChildren(...offers.map((offer, index) => h("div", {
      class: "offer", role: "option", id: `${this.list.id}-${index}`,
      onmousedown: (event) => { event.preventDefault(); this.#take(offer); },
    }, offer.mark ?? null, h("span", { class: "offer-label" }, offer.label), h("span", { class: "offer-note" }, offer.note))));
    this.#mark();
  }

  #mark() {
    [...this.list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === this.#chosen)));
    if (this.#offers.length) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.#chosen}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #take(offer) {
    this.input.value = offer.text;
    this.input.setSelectionRange(offer.caret, offer.caret);
    this.#typed();
  }

  #pressed(event) {
    if (this.#offers.length && this.#steered(event)) return event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return undefined;
    return this.#submit(event);
  }

  /** Handles a key while suggestions are open. Enter sends a command that is already complete. */
  #steered(event) {
    const offer = this.#offers[this.#chosen];
    const complete = offer.text.trim() === this.input.value.trim();
    if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !complete)) this.#take(offer);
    else if (event.key === "Escape") this.#offer([]);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#step(event.key === "ArrowDown" ? 1 : -1);
    else return false;
    return true;
  }

  #step(by) {
    this.#chosen = (this.#chosen + by + this.#offers.length) % this.#offers.length;
    this.#mark();
  }
}
