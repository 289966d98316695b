// The choices on one surface (a message, a modal, a Home), in the shape of Slack's state.values.

export class Form {
  #fields = new Map();

  /** `field` is {read() -> what was chosen, restore(chosen), node}. */
  add(blockId, spec, field) {
    this.#fields.set(`${blockId}\n${spec.action_id}`, { blockId, spec, field });
  }

  /** {block_id: {action_id: {type, …what was chosen}}} */
  values() {
    const values = {};
    for (const { blockId, spec, field } of this.#fields.values()) {
      values[blockId] = { ...values[blockId], [spec.action_id]: { type: spec.type, ...field.read() } };
    }
    return values;
  }

  /** What was entered stays when a view is updated, for fields of the same block_id, action_id and type. */
  carryFrom(previous) {
    for (const [key, { spec, field }] of this.#fields) {
      const before = previous.#fields.get(key);
      if (before?.spec.type === spec.type) field.restore(before.field.read());
    }
  }
}
