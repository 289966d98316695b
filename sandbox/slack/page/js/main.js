// The start: whoever the address says one is gets a page, and another one when that changes.

import { Console, ConsoleError } from "./api.js";
import { Notices } from "./notices.js";
import { Page } from "./page.js";
import { currentPlace } from "./place.js";

const part = (id) => document.getElementById(id);

class Start {
  #page = null;
  #going = Promise.resolve();
  #notices = new Notices(part("notices"), part("whisper"));

  /** One place after the other: a place asked for while another is loading waits for it. */
  go() {
    this.#going = this.#going.then(() => this.#show(currentPlace())).catch((error) => {
      if (error instanceof ConsoleError) this.#notices.show(error.message);
      else reportError(error);
    });
  }

  async #show(place) {
    if (this.#page === null || (place.as && place.as !== this.#page.workspace.me.id)) await this.#enter(place.as);
    await this.#page.show(place);
  }

  async #enter(person) {
    const state = await new Console(person).state();
    this.#page?.leave();
    const hosts = { sidebar: part("sidebar"), tour: part("tour"), main: part("main"), thread: part("thread"), dock: part("dock"), lost: part("lost") };
    this.#page = new Page(state, new Console(state.me.id), this.#notices, hosts);
  }
}

const start = new Start();
addEventListener("hashchange", () => start.go());
start.go();
