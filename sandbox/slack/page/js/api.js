// Requests to the local Slack (sandbox/slack/console.py), as one person.

/** A refusal or a failure, in words for the person at the page. */
export class ConsoleError extends Error {}

export class Console {
  constructor(person) {
    this.person = person;
  }

  state() {
    return this.#get("state");
  }

  /** The messages of a channel, or of one thread, oldest first, with this person's ephemerals among them. */
  async messages(channel, thread) {
    const found = await this.#get("messages", thread ? { channel, thread_ts: thread } : { channel });
    return found.messages;
  }

  /** Opens App Home; returns the view published last, or null. */
  async home() {
    return (await this.#get("home")).view;
  }

  command(channel, text) {
    return this.#post("command", { channel, text });
  }

  say(channel, text, thread) {
    return this.#post("message", thread ? { channel, text, thread_ts: thread } : { channel, text });
  }

  /** `action` is {block_id, action_id, …what was chosen}. */
  click(container, action) {
    return this.#post("click", { container, ...action });
  }

  /** The response has `errors` {block_id: text} if the app refused what was entered. */
  submit(view, values) {
    return this.#post("submit", { view_id: view, state: { values } });
  }

  close(view) {
    return this.#post("close", { view_id: view });
  }

  shortcut(callback, message) {
    return this.#post("shortcut", { callback_id: callback, ...message });
  }

  invite(channel) {
    return this.#post("join", { channel });
  }

  socketUrl() {
    const url = new URL(`console/socket?${this.#query({})}`, document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    return url.href;
  }

  #query(parameters) {
    return new URLSearchParams(this.person ? { as: this.person, ...parameters } : parameters);
  }

  #get(path, parameters = {}) {
    return request(`console/${path}?${this.#query(parameters)}`);
  }

  #post(path, body) {
    return send("POST", `console/${path}`, { as: this.person, ...body });
  }
}

export function send(method, url, body) {
  return request(url, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

/** The response's JSON. Throws ConsoleError if there is no response, or if it is a refusal. */
export async function request(url, options) {
  const response = await fetch(url, options).catch(() => {
    throw new ConsoleError("No response. Is the demo still running?");
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer?.ok === false) {
    throw new ConsoleError(answer?.error ?? `That failed: HTTP ${response.status}`);
  }
  return answer;
}
