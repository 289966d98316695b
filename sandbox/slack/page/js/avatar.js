// Avatars: initials on a person's color, a bird for the bot.

import { h } from "./dom.js";
import { icon } from "./icons.js";

export function avatar(user, size = "") {
  const node = h("span", { class: `avatar ${size} ${user?.is_bot ? "avatar-bot" : ""}`, "aria-hidden": "true" }, user?.is_bot ? icon("bird") : initials(user));
  if (user?.color) node.style.setProperty("--face", `#${user.color}`);
  return node;
}

function initials(user) {
  if (!user) return "?";
  return user.real_name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
}
