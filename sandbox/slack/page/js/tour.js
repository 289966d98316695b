// What to try: the steps of the demo, ticked off by the server as they happen. On a narrow window only the next one shows.

import { send } from "./api.js";
import { h, swap } from "./dom.js";
import { icon } from "./icons.js";

const WIDE = "(min-width: 721px)";

export class Tour {
  #steps = [];
  #pressed = new Set();
  #all = matchMedia(WIDE).matches;

  constructor(page) {
    this.page = page;
    this.node = h("section", { class: "tour", "aria-label": "What to try", hidden: true });
    this.show(page.workspace.tour);
  }

  /** `steps` are all of them, in order, each with `done`. */
  show(steps) {
    const ticked = steps.filter((step, index) => step.done && this.#steps[index]?.done === false);
    if (ticked.length) this.page.notices.announce(`Done: ${ticked.map((step) => step.title).join(", ")}`);
    this.#steps = steps;
    this.node.hidden = !steps.length;
    this.#draw();
  }

  #draw() {
    const next = this.#steps.find((step) => !step.done);
    this.node.classList.toggle("tour-short", !this.#all);
    const shown = this.#all ? this.#steps : this.#steps.filter((step) => step === next);
    swap(this.node, this.#header(), next ? null : h("p", { class: "tour-end" }, "That's all of it. The dials at the bottom can break more."),
      h("ol", {}, shown.map((step) => this.#step(step, step === next))));
  }

  #header() {
    const toggle = () => { this.#all = !this.#all; this.#draw(); };
    const count = `${this.#steps.filter((step) => step.done).length} of ${this.#steps.length}`;
    return h("button", { type: "button", class: "tour-header", "aria-expanded": String(this.#all), dataset: { key: "tour" }, onclick: toggle },
      h("span", { class: "tour-title" }, "What to try"), h("span", { class: "tour-count" }, count), icon("chevron"));
  }

  #step(step, isNext) {
    const number = this.#steps.indexOf(step) + 1;
    const mark = step.done ? h("span", { class: "tour-mark", role: "img", "aria-label": "Done" }, icon("check")) : h("span", { class: "tour-mark" }, String(number));
    return h("li", { class: ["tour-step", step.done && "tour-done", isNext && "tour-next"].filter(Boolean).join(" "), "aria-current": isNext ? "step" : null },
      mark, h("span", { class: "tour-words" }, h("span", { class: "tour-name" }, step.title),
        isNext ? [h("span", { class: "tour-text" }, step.text), this.#helps(step, number)] : null));
  }

  /** One thing at a time: act as the right person, change the system, type. */
  #helps(step, number) {
    const { workspace } = this.page;
    const other = step.who && step.who !== workspace.me.id ? workspace.user(step.who) : null;
    if (other) return this.#help(this.#button(`be-${number}`, `Act as ${other.real_name}`, () => this.page.become(step.who)));
    if (step.press && !this.#pressed.has(number)) {
      return this.#help(this.#button(`press-${number}`, step.press.title, ({ currentTarget }) => this.#press(step.press, number, currentTarget)));
    }
    if (!step.command) return null;
    return this.#help(h("button", { type: "button", class: "try", dataset: { key: `type-${number}` }, onclick: () => this.page.type(step.command) }, step.command));
  }

  #help(control) {
    return h("span", { class: "tour-help" }, control);
  }

  #button(key, words, onclick) {
    return h("button", { type: "button", class: "button", dataset: { key }, onclick }, words);
  }

  async #press({ method, url, body, title }, number, button) {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    if (await this.page.tried(() => send(method, url, body))) {
      this.#pressed.add(number);
      this.page.notices.announce(`${title}: done`);
    }
    this.#draw();
  }
}
