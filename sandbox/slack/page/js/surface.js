// Where blocks are shown and acted on: one message, one modal, one Home.

import { confirmed } from "./confirm.js";
import { Form } from "./form.js";

export class Surface {
  form = new Form();

  /** `container` is {type: "message", channel, ts} or {type: "view", view_id}; `page` is described in page.js. */
  constructor(container, page) {
    this.container = container;
    this.page = page;
    this.names = page.workspace;
    this.id = container.view_id ?? `${container.channel}-${container.ts}`;
  }

  /** One action of the person. Returns false if they cancelled it, or if it failed and they have been told why. */
  async act(blockId, spec, chosen) {
    if (spec.confirm && !(await confirmed(spec.confirm, this.names))) return false;
    const action = { block_id: blockId, action_id: spec.action_id, ...chosen };
    return this.page.tried(() => this.page.api.click(this.container, action));
  }
}
