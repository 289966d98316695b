// The messages of one channel, including replies, as far as this page has seen them.

/** "ts" orders messages: seconds.microseconds, always of the same length. */
const older = (a, b) => (a.ts < b.ts ? -1 : 1);

export class Conversation {
  #messages = new Map();
  #changes = 0;

  /**
   * Loads the current messages with `fetch`; `thread` limits that to one thread. An event that arrives while the response is
   * in flight may be newer than the response; then they are fetched again.
   */
  async load(fetch, thread) {
    let seen;
    let list;
    do {
      seen = this.#changes;
      list = await fetch();
    } while (seen !== this.#changes);
    for (const message of thread ? this.thread(thread) : this.top()) this.#messages.delete(message.ts);
    for (const message of list) this.#messages.set(message.ts, message);
  }

  put(message) {
    this.#changes += 1;
    this.#messages.set(message.ts, message);
  }

  remove(ts) {
    this.#changes += 1;
    this.#messages.delete(ts);
  }

  /** What the channel shows, oldest first. */
  top() {
    return [...this.#messages.values()].filter((message) => !isReply(message) || isBroadcast(message)).sort(older);
  }

  /** The parent of a thread and its replies, oldest first. */
  thread(root) {
    return [...this.#messages.values()].filter((message) => message.ts === root || message.thread_ts === root).sort(older);
  }
}

export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

export function isBroadcast(message) {
  return message.subtype === "thread_broadcast";
}

/** The ts of messages that closely follow one by the same author; they are shown without repeating the name. */
export function continued(messages) {
  const near = 300; // seconds
  return new Set(messages.filter((message, index) => {
    const before = messages[index - 1];
    return before && before.user === message.user && !message.ephemeral && !before.ephemeral
      && !isBroadcast(message) && Number(message.ts) - Number(before.ts) < near;
  }).map((message) => message.ts));
}
