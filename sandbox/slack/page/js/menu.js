// A small menu that drops from a button: arrow keys move, Escape closes and gives the focus back.

import { h } from "./dom.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** Opens the menu below `button`. `items` are {label, note, pick, href, checked}. */
export function openMenu(button, items, label) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "auto" }, items.map((item) => row(item, () => menu.hidePopover())));
  menu.addEventListener("keydown", (event) => move(menu, event));
  menu.addEventListener("toggle", (event) => event.newState === "closed" && closed(menu, button));
  (button.closest("dialog") ?? document.body).append(menu);
  menu.showPopover();
  place(menu, button);
  button.setAttribute("aria-expanded", "true");
  menu.querySelector("[aria-checked=true], [role^=menuitem]")?.focus();
}

function row({ label, note, pick, checked, mark }, close) {
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  const choose = () => {
    close();
    pick();
  };
  return h("button", { type: "button", class: "menu-item", role, "aria-checked": checked?.toString(), onclick: choose },
    mark ?? null, h("span", { class: "menu-words" }, label, note ? h("span", { class: "menu-note" }, note) : null));
}

function move(menu, event) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { Home: 0, End: items.length - 1 }[event.key] ?? at + (STEPS[event.key] ?? 0);
  if (to === at) return;
  event.preventDefault();
  items.at(to % items.length).focus();
}

function closed(menu, button) {
  const inside = menu.contains(document.activeElement) || document.activeElement === document.body;
  menu.remove();
  button.setAttribute("aria-expanded", "false");
  if (inside) button.focus({ preventScroll: true });
}

/** Under the button where there is room, else above; never past the window's edges. */
function place(menu, button) {
  const at = button.getBoundingClientRect();
  const below = at.bottom + 4 + menu.offsetHeight <= innerHeight;
  menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - menu.offsetHeight - 4)}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
}
