// The question before an action: a Block Kit confirm object {title, text, confirm, deny, style}.

import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { plainText, textObject } from "./mrkdwn.js";

/** Asks for confirmation; resolves to true only for a press on the confirm button. */
export function confirmed(question, names) {
  return new Promise((resolve) => {
    const title = plainText(question.title);
    const answer = (yes) => () => {
      resolve(yes);
      dialog.close();
    };
    const style = question.style === "danger" ? "button danger" : "button primary";
    const dialog = openDialog(
      { label: title, kind: "confirm", cancelled: () => answer(false)() },
      h("h2", {}, title),
      h("div", { class: "confirm-text" }, textObject(question.text, names)),
      h("div", { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: answer(false) }, question.deny ? plainText(question.deny) : "Cancel"),
        h("button", { type: "button", class: style, autofocus: true, onclick: answer(true) }, question.confirm ? plainText(question.confirm) : "Yes")),
    );
  });
}
