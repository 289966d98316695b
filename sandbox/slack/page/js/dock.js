// The panel at the bottom: the system under test, and faults of Slack itself. One tab is open, or none.

import { h, swap } from "./dom.js";
import { icon } from "./icons.js";
import { Panel } from "./panel.js";

export class Dock {
  #open = null;

  constructor(page) {
    const faults = { title: "Slack faults", url: "console/dials" };
    this.panels = [...page.workspace.panels, faults].map((panel) => new Panel(panel, page));
    this.tabs = h("div", { class: "dock-tabs", role: "tablist", "aria-label": "Dials" });
    this.body = h("div", { class: "dock-body" });
    this.node = h("footer", { class: "dock" }, this.tabs, this.body);
    this.#draw();
  }

  close() {
    this.#open?.close();
  }

  #toggle(panel) {
    this.#open?.close();
    this.#open = this.#open === panel ? null : panel;
    this.#open?.open();
    this.#draw();
  }

  #draw() {
    swap(this.tabs, icon("sliders"), this.panels.map((panel) => h("button", {
      type: "button", class: "dock-tab", role: "tab", "aria-selected": String(panel === this.#open), dataset: { key: `dock-${panel.title}` },
      onclick: () => this.#toggle(panel),
    }, panel.title)));
    swap(this.body, this.#open?.node ?? null);
  }
}
