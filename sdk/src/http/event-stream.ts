/** A message of a stream (HTML Living Standard §9.2). `data` is `null` for one that only moves the last event id. */
export interface Message {
  readonly event: string;
  readonly data: string | null;
  readonly lastEventId: string | undefined;
}

/** A message that grows beyond this is no message of the backend. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Takes text/event-stream apart as it comes. One for each connection. */
export class EventStreamDecoder {
  /** What the stream asks to wait before it is opened again. */
  retryMs: number | null = null;
  private readonly decoder = new TextDecoder();
  private rest = '';
  private event = '';
  private data: string[] = [];
  private movesId = false;

  /** @param lastEventId what the stream before ended with. */
  constructor(public lastEventId: string | undefined) {}

  /** The messages that are whole with these bytes. What is left when the stream ends is dropped, as the standard has it. */
  take(bytes: Uint8Array): Message[] {
    this.rest += this.decoder.decode(bytes, { stream: true });
    if (this.rest.length > MAX_CHARACTERS) throw new RangeError('A message of the stream has no end.');
    const messages: Message[] = [];
    for (;;) {
      const line = this.nextLine();
      if (line === null) return messages;
      const message = line === '' ? this.dispatch() : this.field(line);
      if (message) messages.push(message);
    }
  }

  /** A line without its end: LF, CR or both; `null` until it is whole. */
  private nextLine(): string | null {
    const at = this.rest.search(/[\r\n]/);
    if (at < 0) return null;
    const isCr = this.rest[at] === '\r';
    // The LF of this CR may still be on its way.
    if (isCr && at === this.rest.length - 1) return null;
    const line = this.rest.slice(0, at);
    this.rest = this.rest.slice(at + (isCr && this.rest[at + 1] === '\n' ? 2 : 1));
    return line;
  }

  private field(line: string): null {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.event = value;
    else if (name === 'data') this.data.push(value);
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    else if (name === 'id' && !value.includes('\0')) {
      this.lastEventId = value;
      this.movesId = true;
    }
    return null;
  }

  private dispatch(): Message | null {
    const { event, data, movesId } = this;
    [this.event, this.data, this.movesId] = ['', [], false];
    if (data.length === 0 && !movesId) return null;
    return {
      event: event || 'message',
      data: data.length === 0 ? null : data.join('\n'),
      lastEventId: this.lastEventId,
    };
  }
}
