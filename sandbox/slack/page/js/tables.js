// Tables: the plain one, and the data table, which is sorted by its headings and shown a page at a time.

import { h, swap } from "./dom.js";
import { frame } from "./frame.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const PAGE = 5; // rows, unless the app says otherwise
const CELLS = {
  raw_text: (cell) => cell.text,
  raw_number: (cell) => cell.text ?? String(cell.value),
  mrkdwn: (cell, names) => mrkdwn(cell.text, names),
  rich_text: richText,
};

export function table(block, surface) {
  const [head, ...body] = block.rows;
  const row = (tag) => (cells) => h("tr", {}, cells.map((cell, column) => {
    const align = block.column_settings?.[column]?.align ?? "left";
    return h(tag, { class: `align-${align}` }, shown(cell, surface));
  }));
  return frame("Table", h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, body.map(row("td")))));
}

export function dataTable(block, surface) {
  return new DataTable(block, surface).node;
}

function shown(cell, surface) {
  return CELLS[cell.type]?.(cell, surface.names) ?? "";
}

class DataTable {
  #column = null; // the column to sort by; null: as the app sent it
  #down = false;
  #page = 0;

  constructor(block, surface) {
    this.block = block;
    this.surface = surface;
    this.id = `${surface.id}-${block.block_id}`;
    [this.head, ...this.rows] = block.rows;
    this.size = block.page_size ?? PAGE;
    this.pages = Math.ceil(this.rows.length / this.size);
    this.table = h("table", {});
    this.pager = h("div", { class: "table-pager" });
    this.node = h("div", { class: "data-table" }, frame(block.caption, this.table), this.pager);
    this.#draw();
  }

  #draw() {
    const first = this.#page * this.size;
    swap(this.table,
      h("caption", { class: "unseen" }, this.block.caption),
      h("thead", {}, h("tr", {}, this.head.map((cell, column) => this.#heading(cell, column)))),
      h("tbody", {}, this.#sorted().slice(first, first + this.size).map((row) => this.#row(row))));
    swap(this.pager, this.pages > 1 ? this.#paging(first) : null);
  }

  #heading(cell, column) {
    const here = this.#column === column;
    const order = here ? (this.#down ? "descending" : "ascending") : "none";
    return h("th", { scope: "col", "aria-sort": order },
      h("button", {
        type: "button", class: "sort", dataset: { key: `${this.id}-sort-${column}` },
        onclick: () => this.#sortBy(column),
      }, shown(cell, this.surface), h("span", { class: "sort-mark", "aria-hidden": "true" }, here ? (this.#down ? "▼" : "▲") : "↕")));
  }

  #row(cells) {
    const name = this.block.row_header_column_index ?? 0;
    return h("tr", {}, cells.map((cell, column) => {
      const number = cell.type === "raw_number" ? "align-right" : null;
      const tag = column === name ? "th" : "td";
      return h(tag, { class: number, scope: tag === "th" ? "row" : null }, shown(cell, this.surface));
    }));
  }

  /** Ascending, then descending, then as sent. */
  #sortBy(column) {
    if (this.#column !== column) [this.#column, this.#down] = [column, false];
    else if (!this.#down) this.#down = true;
    else [this.#column, this.#down] = [null, false];
    this.#page = 0;
    this.#draw();
  }

  #sorted() {
    const column = this.#column;
    if (column === null) return this.rows;
    const numbers = this.rows.every((row) => row[column].type === "raw_number");
    const key = (row) => (numbers ? row[column].value : words(row[column]));
    const compare = numbers ? (a, b) => a - b : (a, b) => a.localeCompare(b, "en");
    const rows = [...this.rows].sort((a, b) => compare(key(a), key(b)));
    return this.#down ? rows.reverse() : rows;
  }

  #paging(first) {
    const last = Math.min(first + this.size, this.rows.length);
    const turn = (by, label, name, turned) => h("button", {
      type: "button", class: `icon-button ${turned}`, "aria-label": label, title: label, dataset: { key: `${this.id}-${name}` },
      "aria-disabled": String(this.#page + by < 0 || this.#page + by >= this.pages),
      onclick: () => this.#turn(by),
    }, icon("back"));
    return [
      turn(-1, "Previous page", "previous", ""),
      h("span", { role: "status" }, `${first + 1}–${last} of ${this.rows.length}`),
      turn(1, "Next page", "next", "turned"),
    ];
  }

  #turn(by) {
    this.#page = Math.min(Math.max(this.#page + by, 0), this.pages - 1);
    this.#draw();
  }
}

function words(cell) {
  if (cell.text !== undefined) return cell.text;
  return (cell.elements ?? []).map(words).join("");
}
