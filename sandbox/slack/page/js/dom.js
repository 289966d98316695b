// Building DOM nodes. Text only ever becomes a text node: nothing on this page parses markup out of a message.

/**
 * An element. `on…` attributes are listeners, `dataset` is an object, true/false/null are boolean attributes,
 * anything else is set as an attribute. Children are nodes, strings, or (nested) arrays; null and false are left out.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...present(children));
  return node;
}

/** The same for a drawing. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...present(children));
  return node;
}

function setAttribute(node, name, value) {
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (value === true) node.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
}

/** The children that are to be shown, flattened. */
export function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replace the content of `host`; focus stays on the control with the same data-key, if it still exists. */
export function swap(host, ...children) {
  const key = host.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  host.replaceChildren(...present(children));
  if (key !== undefined) focusKey(host, key);
}

export function focusKey(host, key) {
  host.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/**
 * Make `host` show `items` in order, keeping the nodes of items that did not change (so that scrolling, focus and
 * half-made choices survive). `item.key` names an item, `item.version` changes when it must be redrawn.
 */
export function reconcile(host, items, draw) {
  const before = new Map([...host.children].map((node) => [node.dataset.item, node]));
  const after = items.map((item) => kept(before.get(item.key), item) ?? drawn(item, draw, before.get(item.key)));
  const wanted = new Set(after);
  for (const node of [...host.children]) if (!wanted.has(node)) node.remove();
  after.forEach((node, index) => {
    if (host.children[index] !== node) host.insertBefore(node, host.children[index] ?? null);
  });
}

function kept(node, item) {
  return node && node.dataset.version === item.version ? node : null;
}

function drawn(item, draw, previous) {
  const node = draw(item);
  Object.assign(node.dataset, { item: item.key, version: item.version });
  if (previous?.contains(document.activeElement)) {
    const key = document.activeElement.dataset.key;
    if (key !== undefined) queueMicrotask(() => focusKey(node, key));
  }
  return node;
}
