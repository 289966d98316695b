// A board of dials from any server: GET lists them, PUT {name, value} sets one, POST …/reset resets all.

import { request, send } from "./api.js";
import { h, swap } from "./dom.js";

const REFRESH = 3000; // milliseconds: someone else may set a dial, too

export class Panel {
  #timer = null;
  #dials = [];

  constructor({ title, url }, page) {
    this.title = title;
    this.url = url;
    this.page = page;
    this.board = h("div", { class: "dials" });
    this.node = h("div", { class: "panel", role: "tabpanel", "aria-label": title }, this.board,
      h("button", { type: "button", class: "button", onclick: () => this.#change(() => send("POST", `${url}/reset`, {})) }, "Reset all"));
  }

  open() {
    this.#load();
    this.#timer = setInterval(() => this.#load(), REFRESH);
  }

  close() {
    clearInterval(this.#timer);
  }

  async #load() {
    try {
      this.#draw(await request(this.url));
    } catch (error) {
      this.#dials = [];
      swap(this.board, h("p", { class: "dials-note" }, `${this.title} does not answer. ${error.message}`));
    }
  }

  #draw(dials) {
    const held = this.board.querySelector("input[type=range]:active"); // never move a slider while it is being dragged
    if (held || JSON.stringify(dials) === JSON.stringify(this.#dials)) return;
    this.#dials = dials;
    swap(this.board, dials.map((dial) => drawn(dial, (value) => this.#change(() => send("PUT", this.url, { name: dial.name, value })))));
  }

  async #change(change) {
    await this.page.tried(change);
    this.#dials = [];
    await this.#load();
  }
}

const KINDS = { toggle, range };

function drawn(dial, turn) {
  const changed = dial.kind === "toggle" ? dial.value : dial.value !== (dial.normal ?? dial.min);
  return h("label", { class: `dial dial-${dial.kind} ${changed ? "dial-on" : ""}` }, h("span", { class: "dial-title" }, dial.title), KINDS[dial.kind](dial, turn));
}

function toggle(dial, turn) {
  return h("input", {
    type: "checkbox", role: "switch", class: "switch", checked: Boolean(dial.value), dataset: { key: `dial-${dial.name}` },
    onchange: ({ currentTarget }) => turn(currentTarget.checked),
  });
}

function range(dial, turn) {
  const shown = h("output", {}, String(dial.value));
  const { min, max, step } = dial;
  const slider = h("input", {
    type: "range", min, max, step, value: dial.value, dataset: { key: `dial-${dial.name}` },
    oninput: ({ currentTarget }) => { shown.textContent = currentTarget.value; },
    onchange: ({ currentTarget }) => turn(Number(currentTarget.value)),
  });
  return h("span", { class: "dial-slider" }, slider, shown);
}
