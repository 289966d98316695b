// Charts: lines, bars, areas and pies, drawn as SVG as wide as there is room. Screen readers get the figures as a table.

import { h, svg, swap } from "./dom.js";

const HEIGHT = 230;
const WIDEST = 560;
const MARGIN = { top: 12, right: 14, bottom: 44, left: 58 };
const TICKS = 4;
const PLOTS = { line: lines, area: areas, bar: bars };

export function chart(block) {
  const { chart: spec } = block;
  const drawing = h("div", { class: "chart-drawing" });
  const draw = (width) => swap(drawing, spec.type === "pie" ? pie(spec, block.title) : plot(spec, block.title, width));
  let before = 0;
  new ResizeObserver(([{ contentRect }]) => {
    const width = Math.min(Math.floor(contentRect.width), WIDEST);
    if (width && width !== before) draw(before = width);
  }).observe(drawing);
  return h("figure", { class: "block-chart" },
    h("figcaption", { class: "chart-title" }, block.title), drawing, legend(spec), figures(block));
}

/** The names of what is drawn, each with a piece of its line or area. */
function legend(spec) {
  const names = spec.type === "pie" ? spec.segments.map(({ label }) => label) : spec.series.map(({ name }) => name);
  return h("ul", { class: "chart-legend", "aria-hidden": "true" }, names.map((name, at) => h("li", {},
    svg("svg", { class: "chart-key", viewBox: "0 0 22 10" }, spec.type === "line"
      ? svg("line", { class: `series-line series-${at}`, x1: 0, x2: 22, y1: 5, y2: 5 })
      : svg("rect", { class: `series-fill series-${at}`, width: 22, height: 10 })),
    name)));
}

/** The same as a table for screen readers. */
function figures({ title, chart: spec }) {
  const row = (label, values) => h("tr", {}, h("th", { scope: "row" }, label), values.map((value) => h("td", {}, said(value))));
  if (spec.type === "pie") {
    return unseen(h("caption", {}, title), h("tbody", {}, spec.segments.map(({ label, value }) => row(label, [value]))));
  }
  const { categories, x_label: x = "", y_label: y = "" } = spec.axis_config;
  return unseen(
    h("caption", {}, [title, y].filter(Boolean).join(", ")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, x), spec.series.map(({ name }) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, categories.map((label, at) => row(label, spec.series.map(({ data }) => data[at].value)))));
}

function unseen(...parts) {
  return h("div", { class: "unseen" }, h("table", {}, parts)); // a table alone is as wide as its content
}

function said(value) {
  return value.toLocaleString("en", { maximumSignificantDigits: 6 });
}

function summary(spec, title) {
  const each = spec.series.map(({ name, data }) => {
    const values = data.map(({ value }) => value);
    return `${name} from ${said(Math.min(...values))} to ${said(Math.max(...values))}`;
  });
  return `${title}: ${each.join("; ")}`;
}

function plot(spec, title, width) {
  const { categories, x_label: x, y_label: y } = spec.axis_config;
  const scale = new Scale(spec, categories.length, width);
  return svg("svg", { class: "chart", width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": summary(spec, title) },
    scale.ticks.map((tick) => [
      svg("line", { class: "chart-grid", x1: scale.left, x2: scale.right, y1: scale.y(tick), y2: scale.y(tick) }),
      svg("text", { class: "chart-text", x: scale.left - 6, y: scale.y(tick) + 4, "text-anchor": "end" }, short(tick)),
    ]),
    marked(categories, scale).map((at) => svg("text", { class: "chart-text", x: scale.x(at), y: scale.bottom + 16, "text-anchor": "middle" }, categories[at])),
    PLOTS[spec.type](spec.series, scale),
    x ? svg("text", { class: "chart-text", x: (scale.left + scale.right) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, x) : null,
    y ? svg("text", { class: "chart-text", transform: `translate(12 ${(scale.top + scale.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, y) : null);
}

/** The labels below the axis: as many as there is room for. */
function marked(categories, scale) {
  const longest = Math.max(...categories.map((label) => label.length)) * 6.4 + 12;
  const step = Math.max(1, Math.ceil((categories.length * longest) / (scale.right - scale.left + longest)));
  return categories.map((_, at) => at).filter((at) => at % step === 0);
}

class Scale {
  constructor({ series, type }, count, width) {
    const values = series.flatMap(({ data }) => data.map(({ value }) => value));
    this.type = type;
    this.count = count;
    this.ticks = ticksOf(Math.min(0, ...values), Math.max(0, ...values));
    this.low = this.ticks[0];
    this.high = this.ticks.at(-1);
    this.left = MARGIN.left;
    this.right = width - MARGIN.right;
    this.top = MARGIN.top;
    this.bottom = HEIGHT - MARGIN.bottom;
  }

  get step() {
    return (this.right - this.left) / this.count;
  }

  x(at) {
    return this.left + (at + 0.5) * this.step;
  }

  y(value) {
    return this.bottom - ((value - this.low) / (this.high - this.low)) * (this.bottom - this.top);
  }
}

/** Round numbers from at most `low` to at least `high`. */
function ticksOf(low, high) {
  const raw = (high - low || 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= raw) * power;
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}

function short(value) {
  return value.toLocaleString("en", { notation: Math.abs(value) >= 10_000 ? "compact" : "standard", maximumSignificantDigits: 4 });
}

function points(data, scale) {
  return data.map(({ value }, at) => `${scale.x(at).toFixed(1)},${scale.y(value).toFixed(1)}`).join(" ");
}

function lines(series, scale) {
  return series.map(({ data }, at) => (data.length === 1
    ? svg("circle", { class: `series-fill series-${at}`, cx: scale.x(0), cy: scale.y(data[0].value), r: 4 })
    : svg("polyline", { class: `series-line series-${at}`, points: points(data, scale) })));
}

function areas(series, scale) {
  const ground = scale.y(0).toFixed(1);
  return series.map(({ data }, at) => svg("polygon", {
    class: `series-area series-${at}`,
    points: `${scale.x(0).toFixed(1)},${ground} ${points(data, scale)} ${scale.x(data.length - 1).toFixed(1)},${ground}`,
  }));
}

function bars(series, scale) {
  const width = (scale.step * 0.7) / series.length;
  return series.flatMap(({ data }, each) => data.map(({ value }, at) => svg("rect", {
    class: `series-fill series-${each}`,
    x: scale.x(at) + (each - series.length / 2) * width, width,
    y: Math.min(scale.y(value), scale.y(0)), height: Math.abs(scale.y(value) - scale.y(0)),
  })));
}

function pie({ segments }, title) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const percent = (value) => `${((100 * value) / total).toFixed(0)} %`;
  let turned = 0;
  const slices = segments.map(({ value }, at) => slice(turned, turned += value / total, at));
  const label = `${title}: ${segments.map(({ label: name, value }) => `${name} ${percent(value)}`).join(", ")}`;
  return svg("svg", { class: "chart", width: 180, height: 180, viewBox: "-100 -100 200 200", role: "img", "aria-label": label }, slices);
}

/** From one part of the turn to another, clockwise from the top. */
function slice(from, to, at) {
  const type = `series-fill series-${at}`;
  if (to - from > 0.9999) return svg("circle", { class: type, r: 96 });
  const place = (turn) => `${(96 * Math.sin(2 * Math.PI * turn)).toFixed(2)} ${(-96 * Math.cos(2 * Math.PI * turn)).toFixed(2)}`;
  return svg("path", { class: type, d: `M0 0L${place(from)}A96 96 0 ${to - from > 0.5 ? 1 : 0} 1 ${place(to)}Z` });
}
