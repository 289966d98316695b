// The start: creates a page for the person named in the URL, and another one when that changes.

import { Console, ConsoleError } from "./api.js";
import { Notices } from "./notices.js";
import { Page } from "./page.js";
import { currentPlace } from "./place.js";

const part = (id) => document.getElementById(id);
const PANES = ["sidebar", "tour", "main", "thread", "dock"];

class Start {
  #page = null;
  #going = Promise.resolve();
  #notices = new Notices(part("notices"), part("whisper"));

  /** One place at a time: a place requested while another is loading waits for it. */
  go() {
    this.#going = this.#going.then(() => this.#show(currentPlace())).catch((error) => {
      if (error instanceof ConsoleError) this.#notices.show(error.message);
      else reportError(error);
    });
  }

  async #show(place) {
    const isSomebodyElse = this.#page === null || (place.as && place.as !== this.#page.workspace.me.id);
    if (!isSomebodyElse) return this.#page.show(place);
    // Until the panes are the new person's, a click in them would be the former person's.
    freeze(true);
    try {
      await this.#enter(place.as);
      await this.#page.show(place);
    } finally {
      freeze(false);
    }
    this.#page.focus();
    return undefined;
  }

  async #enter(person) {
    const state = await new Console(person).state();
    this.#page?.leave();
    const hosts = Object.fromEntries([...PANES, "lost"].map((id) => [id, part(id)]));
    this.#page = new Page(state, new Console(state.me.id), this.#notices, hosts);
  }
}

function freeze(isFrozen) {
  for (const id of PANES) part(id).inert = isFrozen;
}

const start = new Start();
addEventListener("hashchange", () => start.go());
start.go();
