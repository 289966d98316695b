// The page's few icons, drawn as strokes on a 20 × 20 field. They are decoration: the words are in the control's label.

import { svg } from "./dom.js";

const PATHS = {
  bird: "M3 15.5h6a6 6 0 0 0 6-6V8l2.5-1.5L15 5.6A3.3 3.3 0 0 0 8.7 7C5 7.5 3.5 11 3 15.5zM12 6.5v.1M6 13.2c2.4 0 4-1 4.5-3.2",
  hash: "M7.5 3 5.5 17M14.5 3l-2 14M3.5 7.5h14M2.5 12.5h14",
  home: "M3 9.5 10 3l7 6.5M5 8.5V17h10V8.5M8.5 17v-4.5h3V17",
  reply: "M3 4h14v9H9l-4 3.5V13H3z",
  more: "M10 4.5v.1M10 10v.1M10 15.5v.1",
  close: "M5 5l10 10M15 5 5 15",
  bolt: "M11 2 4.5 11.5H10L9 18l6.5-9.5H10z",
  sliders: "M4 3v5M4 12v5M10 3v9M10 16v1M16 3v2M16 9v8M2 10h4M8 14h4M14 7h4",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  send: "M3 3.5 17.5 10 3 16.5 5 10zM5 10h6",
  download: "M10 3v10M5.5 9 10 13.5 14.5 9M3.5 17h13",
  file: "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5",
  chevron: "M5 7.5 10 12.5 15 7.5",
  back: "M12.5 4 6.5 10l6 6",
  menu: "M3 5h14M3 10h14M3 15h14",
  check: "M4 10.5 8 14.5 16 5.5",
  warning: "M10 3 18 17H2zM10 8v4.5M10 14.8v.1",
  info: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 9v5M10 6.2v.1",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
};

export function icon(name) {
  return svg("svg", { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" }, svg("path", { d: PATHS[name] }));
}
