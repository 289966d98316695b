// The app's own pane: its Home tab, and its direct messages once there are any.

import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { h, swap } from "./dom.js";
import { Surface } from "./surface.js";

export class HomePane {
  #form = null;

  constructor(page) {
    this.page = page;
    const { bot, botMessages } = page.workspace;
    const messages = () => page.follow({ channel: botMessages.id });
    this.body = h("div", { class: "home", tabindex: 0, role: "tabpanel", "aria-label": "Home" });
    this.node = h("section", { class: "pane home-pane", "aria-label": `${bot.real_name} Home` },
      h("header", { class: "pane-header" }, page.menuButton(), avatar(bot), h("h1", {}, bot.real_name), h("span", { class: "app-tag" }, "APP")),
      h("div", { class: "tabs", role: "tablist" },
        h("button", { type: "button", class: "tab", role: "tab", "aria-selected": "true" }, "Home"),
        botMessages ? h("button", { type: "button", class: "tab", role: "tab", "aria-selected": "false", onclick: messages }, "Messages") : null),
      this.body);
  }

  /** `view` is what the app published, or null; a view that arrived meanwhile is newer than a response of "nothing yet". */
  show(view) {
    if (!view && this.#form) return null;
    if (!view) return swap(this.body, h("p", { class: "home-empty" }, "The app has not published a Home for you yet."));
    const surface = new Surface({ type: "view", view_id: view.id }, this.page);
    const drawn = blocks(view.blocks, surface);
    if (this.#form) surface.form.carryFrom(this.#form);
    this.#form = surface.form;
    return swap(this.body, drawn);
  }
}
