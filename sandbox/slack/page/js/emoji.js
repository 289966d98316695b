// The emoji a bot uses, by Slack's names. An unknown name is shown as written.

const EMOJI = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", wave: "👋", pray: "🙏", raised_hands: "🙌", clap: "👏",
  eyes: "👀", muscle: "💪", ok_hand: "👌", point_right: "👉", point_left: "👈", raised_hand: "✋", writing_hand: "✍️",
  smile: "😄", slightly_smiling_face: "🙂", grin: "😁", joy: "😂", thinking_face: "🤔", neutral_face: "😐",
  disappointed: "😞", sob: "😭", scream: "😱", sweat_smile: "😅", tada: "🎉", heart: "❤️", sparkles: "✨", fire: "🔥",
  rocket: "🚀", ship: "🚢", package: "📦", construction: "🚧", rotating_light: "🚨", warning: "⚠️", no_entry: "⛔",
  no_entry_sign: "🚫", octagonal_sign: "🛑", x: "❌", heavy_check_mark: "✔️", white_check_mark: "✅",
  ballot_box_with_check: "☑️", question: "❓", grey_question: "❔", exclamation: "❗", grey_exclamation: "❕",
  information_source: "ℹ️", bulb: "💡", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢", lock: "🔒",
  unlock: "🔓", key: "🔑", mag: "🔍", link: "🔗", paperclip: "📎", pushpin: "📌", memo: "📝", clipboard: "📋",
  page_facing_up: "📄", file_folder: "📁", bar_chart: "📊", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", calendar: "📆", date: "📅", stopwatch: "⏱️", timer_clock: "⏲️", clock3: "🕒",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", repeat: "🔁", arrows_counterclockwise: "🔄",
  leftwards_arrow_with_hook: "↩️", rewind: "⏪", fast_forward: "⏩", arrow_forward: "▶️", pause_button: "⏸️",
  black_square_for_stop: "⏹️", arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫",
  large_green_square: "🟩", large_yellow_square: "🟨", large_red_square: "🟥", white_large_square: "⬜",
  robot_face: "🤖", hatched_chick: "🐥", baby_chick: "🐤", bird: "🐦", bug: "🐛", gear: "⚙️", wrench: "🔧",
  hammer: "🔨", hammer_and_wrench: "🛠️", shield: "🛡️", broken_heart: "💔", zap: "⚡", snowflake: "❄️", skull: "💀",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", fire_engine: "🚒", ambulance: "🚑", dart: "🎯", 100: "💯",
  speech_balloon: "💬", thread: "🧵", test_tube: "🧪", microscope: "🔬", scales: "⚖️", vertical_traffic_light: "🚦",
};

/** The character of `name`, or null. */
export function emoji(name) {
  return Object.hasOwn(EMOJI, name) ? EMOJI[name] : null;
}

/** `text` with every `:name:` that is known replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (written, name) => emoji(name) ?? written);
}
