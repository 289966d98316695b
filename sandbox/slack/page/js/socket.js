// The push channel: events as they happen, over a connection that reconnects by itself.

const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

export class Socket {
  #url;
  #on;
  #wait = FIRST_WAIT;
  #connection = null;
  #timer = null;
  #closed = false;
  #wasLost = false;
  #tried;

  /** Settles with the first attempt: what is fetched after that, or after `back`, misses no event. */
  tried = new Promise((resolve) => { this.#tried = resolve; });

  /** `on` is {event(event), lost(), back()}; `back` means that events may have been missed. */
  constructor(url, on) {
    this.#url = url;
    this.#on = on;
    this.#connect();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#connection.close();
  }

  /** Try again now instead of waiting. */
  retry() {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect() {
    this.#timer = null;
    this.#connection = new WebSocket(this.#url);
    this.#connection.onopen = () => this.#opened();
    this.#connection.onmessage = ({ data }) => this.#closed || this.#on.event(JSON.parse(data));
    this.#connection.onclose = () => this.#lost();
  }

  #opened() {
    this.#wait = FIRST_WAIT;
    if (this.#wasLost) this.#on.back();
    this.#wasLost = false;
    this.#tried();
  }

  #lost() {
    this.#tried();
    if (this.#closed) return;
    this.#wasLost = true;
    this.#on.lost();
    this.#timer = setTimeout(() => this.#connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
}
