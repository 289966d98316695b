// A modal dialog: the browser's own, which keeps the focus inside, makes the rest inert, and gives the focus back.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Shows a dialog. `cancelled` runs when the person presses Escape; without it Escape just closes. */
export function openDialog({ label, kind, cancelled }, ...children) {
  const node = h("dialog", { class: `dialog ${kind}`, "aria-label": label, onclose: () => node.remove() }, children);
  node.addEventListener("cancel", (event) => {
    if (event.target !== node || !cancelled) return;
    event.preventDefault();
    cancelled();
  });
  document.body.append(node);
  node.showModal();
  return node;
}

export function closeButton(label, close) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: close }, icon("close"));
}
