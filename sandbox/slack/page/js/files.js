// Files and pictures: a preview that opens large, or a card to download.

import { closeButton, openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** The files of a message. */
export function files(list) {
  return list.map((file) => (file.mimetype?.startsWith("image/") ? pictureFile(file) : card(file)));
}

function pictureFile(file) {
  const name = file.title ?? file.name;
  return h("figure", { class: "block-image" },
    h("figcaption", {}, name),
    picture({ url: file.url, alt: file.alt_txt || name, title: name }, "message-picture"));
}

function card(file) {
  return h("a", { class: "file-card", href: file.url, download: file.name },
    h("span", { class: "file-icon" }, icon("file")),
    h("span", { class: "file-words" },
      h("span", { class: "file-name" }, file.title ?? file.name),
      h("span", { class: "file-note" }, `${size(file.size)} · download`)),
    icon("download"));
}

function size(bytes = 0) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A picture {url, alt, title}; pressing it shows it large. */
export function picture(image, kind) {
  return h("button", { type: "button", class: `picture ${kind}`, "aria-label": `Enlarge: ${image.alt}`, onclick: () => enlarge(image) },
    h("img", { src: image.url, alt: image.alt }));
}

function enlarge(image) {
  const dialog = openDialog({ label: image.title, kind: "lightbox" },
    h("header", {}, h("h2", {}, image.title), closeButton("Close picture", () => dialog.close())),
    h("img", { src: image.url, alt: image.alt }),
    h("footer", {}, h("span", {}, image.alt), h("a", { href: image.url, download: "" }, "Download")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
