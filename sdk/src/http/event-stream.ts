/** A message of a stream (HTML Living Standard §9.2). `data` is `null` for one that only moves the last event id. */
export interface Message {
  readonly event: string;
  readonly data: string | null;
  readonly lastEventId: string | undefined;
}

/** A message that grows beyond this is no message of the backend: lines that are not whole yet count, and those of its data. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * Takes text/event-stream apart as it comes, in time that is linear in what came, however it is cut. One for each connection.
 */
export class EventStreamDecoder {
  /** What the stream asks to wait before it is opened again. */
  retryMs: number | null = null;
  private readonly decoder = new TextDecoder();
  /** The pieces of a line whose end has not come. */
  private line: string[] = [];
  private lineLength = 0;
  /** Whether what came ended with CR, the LF of which may still be on its way. */
  private isAfterCr = false;
  private event = '';
  private data: string[] = [];
  private dataLength = 0;
  private movesId = false;

  /** @param lastEventId what the stream before ended with. */
  constructor(public lastEventId: string | undefined) {}

  /**
   * The messages that are whole with these bytes. What is left when the stream ends is dropped, as the standard has it.
   * Errors: `RangeError` for a message of more than 16 Mi characters.
   */
  take(bytes: Uint8Array): Message[] {
    const text = this.decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    const messages: Message[] = [];
    const end = /\r\n?|\n/g;
    // An LF after the CR that was last is the rest of a line's end, and no empty line.
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
      // With the end of the line, so that lines without anything count too.
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
    if (this.lineLength + this.dataLength > MAX_CHARACTERS) throw new RangeError('A message of the stream has no end.');
  }
}
