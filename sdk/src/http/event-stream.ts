/** A message in a stream (HTML Living Standard §9.2). `data` is `null` if the message only updates the last event ID. */
export interface Message {
  readonly event: string;
  readonly data: string | null;
  readonly lastEventId: string | undefined;
}

/** The maximum size of a message, including incomplete lines. The backend sends no larger messages. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Decodes text/event-stream incrementally, in linear time, wherever the input is split. Use one decoder per connection. */
export class EventStreamDecoder {
  /** The delay that the stream requests before a reconnection. */
  retryMs: number | null = null;
  private readonly decoder = new TextDecoder();
  /** The pieces of an incomplete line. */
  private line: string[] = [];
  private lineLength = 0;
  /** True if the input so far ended with CR, whose LF may still follow. */
  private isAfterCr = false;
  private event = '';
  private data: string[] = [];
  private dataLength = 0;
  private movesId = false;

  /** @param lastEventId the last event ID from the previous stream. */
  constructor(public lastEventId: string | undefined) {}

  /**
   * Returns the messages that these bytes complete. Drops an incomplete message at the end of the stream, as the standard requires.
   * Errors: `RangeError` for a message of more than 16 Mi characters.
   */
  take(bytes: Uint8Array): Message[] {
    const text = this.decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    const messages: Message[] = [];
    const end = /\r\n?|\n/g;
    // An LF right after the previous CR completes a line end and is not an empty line.
    let from = (end.lastIndex = this.isAfterCr && text.startsWith('\n') ? 1 : 0);
    for (let found = end.exec(text); found !== null; found = end.exec(text)) {
      const line = this.whole(text.slice(from, found.index));
      from = end.lastIndex;
      const message = line === '' ? this.dispatch() : this.field(line);
      if (message) messages.push(message);
    }
    this.isAfterCr = text.endsWith('\r');
    this.keep(text.slice(from));
    return messages;
  }

  private keep(piece: string): void {
    if (piece === '') return;
    this.lineLength += piece.length;
    this.assertBounded();
    this.line.push(piece);
  }

  private whole(piece: string): string {
    if (this.line.length === 0) return piece;
    const line = this.line.join('') + piece;
    [this.line, this.lineLength] = [[], 0];
    return line;
  }

  private field(line: string): null {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.event = value;
    else if (name === 'data') {
      // Includes the line end, so that empty lines count too.
      this.dataLength += value.length + 1;
      this.assertBounded();
      this.data.push(value);
    } else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    else if (name === 'id' && !value.includes('\0')) {
      this.lastEventId = value;
      this.movesId = true;
    }
    return null;
  }

  private dispatch(): Message | null {
    const { event, data, movesId } = this;
    [this.event, this.data, this.dataLength, this.movesId] = ['', [], 0, false];
    if (data.length === 0 && !movesId) return null;
    return {
      event: event || 'message',
      data: data.length === 0 ? null : data.join('\n'),
      lastEventId: this.lastEventId,
    };
  }

  private assertBounded(): void {
    if (this.lineLength + this.dataLength > MAX_CHARACTERS) throw new RangeError('A message in the stream never ends.');
  }
}
