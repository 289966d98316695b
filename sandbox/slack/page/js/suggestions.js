// The composer's suggestions: commands after a leading slash, people after an @.

import { avatar } from "./avatar.js";

/**
 * The suggestions for `text` with the caret at `caret`: [{label, note, mark?, text, caret}], where text and caret are what the
 * composer contains once the suggestion is chosen. Empty if there are none.
 */
export function suggestions(text, caret, withCommands, workspace) {
  if (withCommands && /^\/\S*$/.test(text)) return commands(text, workspace);
  const mention = /(?:^|\s)@([\w.-]*)$/.exec(text.slice(0, caret));
  return mention ? people(text, caret, mention[1], workspace) : [];
}

function commands(text, workspace) {
  return workspace.commands.filter(({ command }) => command.startsWith(text)).map(({ command, description, usage_hint: hint }) => ({
    label: [command, hint].filter(Boolean).join(" "),
    note: description,
    text: `${command} `,
    caret: command.length + 1,
  }));
}

function people(text, caret, typed, workspace) {
  const start = caret - typed.length - 1;
  const wanted = typed.toLowerCase();
  const fits = (user) => [user.real_name, user.name].some((name) => name.toLowerCase().startsWith(wanted));
  return workspace.selves().filter(fits).map((user) => ({
    label: `${user.real_name} @${user.name}`,
    note: workspace.role(user),
    mark: avatar(user, "small"),
    text: `${text.slice(0, start)}@${user.name} ${text.slice(caret)}`,
    caret: start + user.name.length + 2,
  }));
}

/** The hint for a command whose arguments are being typed, or null. */
export function usage(text, workspace) {
  const [typed] = text.split(/\s/, 1);
  const command = workspace.commands.find((one) => one.command === typed);
  return command && text.length > typed.length ? [command.command, command.usage_hint].filter(Boolean).join(" ") : null;
}
