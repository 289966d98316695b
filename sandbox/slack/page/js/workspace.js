// The workspace as one person knows it: who is there, which channels, what the app offers.

export class Workspace {
  #users;
  #channels;
  #groups;

  /** `state` is the answer of /console/state; `follow(place)` goes to a place on this page and returns whether this page has it. */
  constructor(state, follow) {
    this.team = state.team;
    this.me = state.me;
    this.commands = state.commands;
    this.shortcuts = state.shortcuts;
    this.panels = state.panels;
    this.tour = state.tour;
    this.follow = follow;
    this.#users = byId(state.users);
    this.#channels = byId(state.channels);
    this.#groups = byId(state.groups);
  }

  user(id) {
    return this.#users.get(id) ?? null;
  }

  channel(id) {
    return this.#channels.get(id) ?? null;
  }

  usergroup(id) {
    return this.#groups.get(id) ?? null;
  }

  people() {
    return [...this.#users.values()].filter((user) => !user.is_bot);
  }

  /** People whom one can act as: everybody but bots and deactivated accounts. */
  selves() {
    return this.people().filter((user) => !user.deleted);
  }

  get bot() {
    return [...this.#users.values()].find((user) => user.is_bot) ?? null;
  }

  channels() {
    return [...this.#channels.values()].filter((channel) => channel.kind !== "im");
  }

  openChannels() {
    return this.channels().filter((channel) => !channel.is_archived);
  }

  /** The direct messages between this person and the bot, once there are any. */
  get botMessages() {
    return [...this.#channels.values()].find((channel) => channel.kind === "im") ?? null;
  }

  shortcutsOf(type) {
    return this.shortcuts.filter((shortcut) => shortcut.type === type);
  }

  /** This person's role in the team: "Release manager", "Contractor · guest". */
  role(user) {
    const kind = user.is_stranger ? "external" : user.is_restricted || user.is_ultra_restricted ? "guest" : "";
    return [user.title, kind].filter(Boolean).join(" · ");
  }
}

function byId(list) {
  return new Map(list.map((entry) => [entry.id, entry]));
}
