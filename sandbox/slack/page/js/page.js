// One person's page: what is shown where, what an event changes, and what an action does.
//
// Panes, messages and surfaces are given this object; of it they use `workspace`, `api`, `notices`, `tried`, `follow`,
// `become`, `opened` and `menuButton`.

import { ConsoleError } from "./api.js";
import { ChannelPane } from "./channelpane.js";
import { Conversation, isBroadcast, isReply } from "./conversation.js";
import { Dock } from "./dock.js";
import { h, swap } from "./dom.js";
import { HomePane } from "./homepane.js";
import { icon } from "./icons.js";
import { Modals } from "./modals.js";
import { currentPlace, goTo } from "./place.js";
import { sidebar } from "./sidebar.js";
import { Socket } from "./socket.js";
import { ThreadPane } from "./threadpane.js";
import { Tour } from "./tour.js";
import { Workspace } from "./workspace.js";

const EVENTS = {
  message: (page, event) => page.said(event.channel, event.message),
  message_changed: (page, event) => page.changed(event.channel, event.message),
  message_deleted: (page, event) => page.deleted(event.channel, event.ts ?? event.message.ts),
  view_opened: (page, event) => page.modals.opened(event.view),
  view_updated: (page, event) => page.modals.updated(event.view),
  view_closed: (page, event) => page.modals.closed(event.view),
  home: (page, event) => page.home?.show(event.view),
  tour: (page, event) => page.tour.show(event.tour),
  notice: (page, event) => page.notices.show(event.text),
};

export class Page {
  opened = new Map(); // containers that were opened or closed -> whether they are open
  #conversations = new Map();
  #socket;
  #pointAt = null;
  #toType = null;

  /** `hosts` are the parts of index.html: {sidebar, tour, main, thread, dock, lost}. */
  constructor(state, api, notices, hosts) {
    this.api = api;
    this.notices = notices;
    this.hosts = hosts;
    this.workspace = new Workspace(state, (place) => this.follow(place));
    this.unread = new Map(state.channels.map((channel) => [channel.id, channel.unread ?? 0]));
    this.modals = new Modals(this);
    this.dock = new Dock(this);
    swap(hosts.dock, this.dock.node);
    this.tour = new Tour(this);
    swap(hosts.tour, this.tour.node);
    this.#listen();
  }

  #listen() {
    const lost = (isLost) => { this.hosts.lost.hidden = !isLost; };
    this.#socket = new Socket(this.api.socketUrl(), {
      event: (event) => EVENTS[event.type]?.(this, event),
      lost: () => lost(true),
      back: () => { lost(false); this.tried(() => this.#reload()); },
    });
    this.hosts.lost.querySelector("button").onclick = () => this.#socket.retry();
  }

  leave() {
    this.#socket.close();
    this.modals.clear();
    this.dock.close();
    this.hosts.lost.hidden = true;
  }

  /** Runs something that may fail. Returns true on success; otherwise the person has been told. */
  async tried(action) {
    try {
      await action();
      return true;
    } catch (error) {
      if (!(error instanceof ConsoleError)) throw error;
      this.notices.show(error.message);
      return false;
    }
  }

  /** Goes to {channel, thread?, message?} or {home}. Returns false if this page has no such place. */
  follow({ channel, thread, message, home }) {
    if (channel && !this.workspace.channel(channel)) return false;
    this.#pointAt = message ?? null;
    document.body.classList.remove("show-sidebar");
    const before = location.hash;
    goTo({ as: this.workspace.me.id, channel, thread, home });
    if (location.hash === before) this.#point();
    return true;
  }

  become(person) {
    goTo({ ...currentPlace(), as: person });
  }

  menuButton() {
    const show = () => document.body.classList.toggle("show-sidebar");
    return h("button", { type: "button", class: "icon-button menu-button", "aria-label": "Channels and people", onclick: show }, icon("menu"));
  }

  /** Shows a place, loading what is missing. */
  async show(place) {
    await this.#socket.tried;
    if (place.home) return this.#showHome();
    const channel = this.workspace.channel(place.channel) ?? this.workspace.channels()[0];
    const conversation = this.conversation(channel.id);
    if (this.channelPane?.channel !== channel) await this.#openChannel(channel, conversation);
    await this.#openThread(channel, place.thread, conversation);
    this.#drawSidebar();
    this.#point();
    if (this.#toType) this.channelPane.composer.fill(this.#toType);
    this.#toType = null;
    return undefined;
  }

  conversation(channel) {
    if (!this.#conversations.has(channel)) this.#conversations.set(channel, new Conversation());
    return this.#conversations.get(channel);
  }

  async #openChannel(channel, conversation) {
    await conversation.load(() => this.api.messages(channel.id));
    this.home = null;
    this.channelPane = new ChannelPane(channel, conversation, this.unread.get(channel.id) ?? 0, this);
    this.unread.set(channel.id, 0);
    swap(this.hosts.main, this.channelPane.node);
    this.channelPane.show();
    this.channelPane.list.toEnd();
    this.channelPane.composer.input.focus({ preventScroll: true });
  }

  async #openThread(channel, root, conversation) {
    if (!root) return this.#closeThread();
    if (this.threadPane?.root === root && this.threadPane.channel === channel) return undefined;
    await conversation.load(() => this.api.messages(channel.id, root), root);
    this.threadPane = new ThreadPane(channel, root, conversation, this);
    swap(this.hosts.thread, this.threadPane.node);
    document.body.classList.add("has-thread");
    this.threadPane.show();
    this.threadPane.list.toEnd();
    this.focus();
    return undefined;
  }

  /** What is typed now goes into the open thread, or else into the channel. */
  focus() {
    (this.threadPane ?? this.channelPane)?.composer.input.focus({ preventScroll: true });
  }

  #closeThread() {
    this.threadPane = null;
    document.body.classList.remove("has-thread");
    swap(this.hosts.thread);
  }

  async #showHome() {
    this.channelPane = null;
    this.#closeThread();
    this.home = new HomePane(this);
    swap(this.hosts.main, this.home.node);
    this.#drawSidebar();
    this.home.show(await this.api.home());
  }

  #point() {
    if (this.#pointAt) (this.threadPane ?? this.channelPane)?.list.point(this.#pointAt);
    this.#pointAt = null;
  }

  #drawSidebar() {
    const place = { channel: this.channelPane?.channel.id, home: Boolean(this.home) };
    swap(this.hosts.sidebar, sidebar(this.workspace, place, this.unread, this));
    const waiting = [...this.unread.values()].reduce((sum, count) => sum + count, 0);
    document.title = `${waiting ? `(${waiting}) ` : ""}${this.workspace.team.name} · local Slack`;
  }

  said(channel, message) {
    this.conversation(channel).put(message);
    const open = this.channelPane?.channel.id === channel;
    if (!open && !(isReply(message) && !isBroadcast(message))) this.#countUnread(channel, message);
    if (open && message.user !== this.workspace.me.id) this.#announce(message);
    this.#redraw(channel);
    if (open) this.#recount(channel);
  }

  changed(channel, message) {
    this.conversation(channel).put(message);
    this.#redraw(channel);
  }

  deleted(channel, ts) {
    this.conversation(channel).remove(ts);
    this.#redraw(channel);
  }

  #redraw(channel) {
    if (this.channelPane?.channel.id !== channel) return;
    this.channelPane.show();
    this.threadPane?.show();
  }

  // The listing says how many replies there are now, and asking for it tells the server that this person has seen them.
  #recount(channel) {
    this.tried(async () => {
      await this.conversation(channel).load(() => this.api.messages(channel));
      this.#redraw(channel);
    });
  }

  #countUnread(channel, message) {
    if (message.user === this.workspace.me.id) return;
    this.unread.set(channel, (this.unread.get(channel) ?? 0) + 1);
    this.#drawSidebar();
  }

  #announce(message) {
    const author = this.workspace.user(message.user)?.real_name ?? "Somebody";
    this.notices.announce(`${author}: ${message.text.slice(0, 200)}`);
  }

  /** Puts `text` into the channel's composer, for the person to check and send. */
  type(text) {
    document.body.classList.remove("show-sidebar");
    if (this.channelPane && !(this.threadPane && this.#narrow())) return this.channelPane.composer.fill(text);
    this.follow({ channel: (this.channelPane?.channel ?? this.workspace.channels()[0]).id });
    this.#toType = text;
    return undefined;
  }

  #narrow() {
    return getComputedStyle(this.hosts.main).display === "none";
  }

  async #reload() {
    const state = await this.api.state();
    this.tour.show(state.tour);
    const { channelPane, threadPane, home } = this;
    if (home) return home.show(await this.api.home());
    const { channel, conversation } = channelPane;
    await conversation.load(() => this.api.messages(channel.id));
    if (threadPane) await conversation.load(() => this.api.messages(channel.id, threadPane.root), threadPane.root);
    return this.#redraw(channel.id);
  }
}
