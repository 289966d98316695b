// A frame that scrolls sideways if its content is wider, and says so while there is more to the right.

import { h } from "./dom.js";

/** The keyboard reaches the frame, and the arrow keys scroll it; `label` names it to screen readers. */
export function frame(label, content) {
  const inside = h("div", { class: "table-frame", tabindex: 0, role: "region", "aria-label": label }, content);
  const hint = h("div", { class: "frame-hint", "aria-hidden": "true", hidden: true }, "Scroll sideways for more →");
  const look = () => {
    const more = inside.scrollWidth - inside.clientWidth - inside.scrollLeft > 2;
    hint.hidden = !more;
    inside.classList.toggle("cut-off", more);
  };
  inside.addEventListener("scroll", look, { passive: true });
  const observer = new ResizeObserver(look);
  observer.observe(inside);
  if (content instanceof Element) observer.observe(content);
  return h("div", { class: "framed" }, inside, hint);
}
