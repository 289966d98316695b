// Times as Slack shows them, in the viewer's time zone.

const HOUR = { hour: "numeric", minute: "2-digit" };
const FORMATS = {
  date_num: (moment) => moment.toLocaleDateString("sv"),
  date: (moment) => day(moment, { month: "long", day: "numeric", year: "numeric" }),
  date_short: (moment) => day(moment, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (moment) => day(moment, { weekday: "long", month: "long", day: "numeric", year: "numeric" }),
  time: (moment) => moment.toLocaleTimeString("en", HOUR),
  time_secs: (moment) => moment.toLocaleTimeString("en", { ...HOUR, second: "2-digit" }),
  ago: (moment, now) => ago(moment, now),
};

/** "{date_short_pretty} at {time}" filled in for a Unix time in seconds. */
export function formatted(template, seconds, now = new Date()) {
  const moment = new Date(seconds * 1000);
  return template.replace(/\{(\w+?)(_pretty)?\}/g, (written, name, pretty) => {
    if (!Object.hasOwn(FORMATS, name)) return written;
    return (pretty && nearDay(moment, now)) || FORMATS[name](moment, now);
  });
}

/** "9:41 AM" of a message's ts. */
export function clock(ts) {
  return formatted("{time}", Number(ts));
}

/** The heading above a day's messages. */
export function dayOf(ts) {
  const moment = new Date(Number(ts) * 1000);
  const near = nearDay(moment, new Date());
  return near ? near[0].toUpperCase() + near.slice(1) : day(moment, { weekday: "long", month: "long", day: "numeric" });
}

export function fullTime(ts) {
  return formatted("{date_long} at {time_secs}", Number(ts));
}

function day(moment, options) {
  return moment.toLocaleDateString("en", options);
}

function nearDay(moment, now) {
  const midnight = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate());
  const days = Math.round((midnight(moment) - midnight(now)) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? null;
}

function ago(moment, now) {
  const seconds = (moment - now) / 1000;
  const [unit, size] = [["day", 86_400], ["hour", 3600], ["minute", 60]].find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
