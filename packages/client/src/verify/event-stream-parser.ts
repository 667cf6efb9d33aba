/** One server-sent event. */
export interface ServerSentEvent {
  type: string;
  data: string;
  lastEventId: string;
}

/** Beyond this an event is taken for nonsense: it would hold some 300,000 denials. */
const MAX_EVENT_LENGTH = 32 * 1024 * 1024;

const LINE_END = /[\r\n]/;

/** Reads server-sent events out of text that arrives in pieces (HTML Living Standard §9.2.6). */
export class EventStreamParser {
  /** Of the line that is not complete; pieces, so that a long one is not searched again with each of them. */
  #line: string[] = [];
  /** Of the event that is not complete. */
  #length = 0;
  #endedWithCr = false;
  #data: string[] = [];
  #type = '';
  #lastEventId = '';
  #retryMs: number | null = null;

  /** How long the service wants a reader to wait before it comes back; null where it has not said so. */
  get retryMs(): number | null {
    return this.#retryMs;
  }

  /** @returns the events that are complete now @throws Error when one is longer than it may be */
  push(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    // CRLF may have been cut in two.
    let rest = this.#endedWithCr && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#endedWithCr = text.endsWith('\r');
    for (let end = rest.search(LINE_END); end >= 0; end = rest.search(LINE_END)) {
      this.#grow(rest.slice(0, end));
      const line = this.#line.join('');
      this.#line = [];
      const event = line === '' ? this.#dispatch() : this.#readField(line);
      if (event !== null) events.push(event);
      rest = rest.slice(rest.startsWith('\r\n', end) ? end + 2 : end + 1);
    }
    this.#grow(rest);
    return events;
  }

  #grow(piece: string): void {
    this.#line.push(piece);
    this.#length += piece.length;
    if (this.#length > MAX_EVENT_LENGTH) throw new Error('An event is too long');
  }

  #readField(line: string): null {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#lastEventId = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.#retryMs = Number(value);
    return null;
  }

  #dispatch(): ServerSentEvent | null {
    const event = { type: this.#type || 'message', data: this.#data.join('\n'), lastEventId: this.#lastEventId };
    const isEmpty = this.#data.length === 0;
    this.#data = [];
    this.#type = '';
    this.#length = 0;
    return isEmpty ? null : event;
  }
}
