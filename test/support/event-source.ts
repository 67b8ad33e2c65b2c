/** A message of a stream, as its reader receives it. */
export interface ReadEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** Decodes text/event-stream incrementally (HTML Living Standard §9.2.6) and counts comments. */
export class EventSourceReader {
  lastEventId: string;
  comments = 0;
  private rest = '';

  /** @param lastEventId the last event that a previous reader received; empty at first. */
  constructor(lastEventId = '') {
    this.lastEventId = lastEventId;
  }

  /** Returns the messages that this text completes. Drops a message that was cut off, as the standard requires. */
  take(text: string): ReadEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => this.dispatch(block));
  }

  private dispatch(block: string): ReadEvent[] {
    let event = 'message';
    let data: string | null = null;
    for (const line of block.split('\n')) {
      const [field = '', ...value] = line.split(': ');
      if (line.startsWith(':')) this.comments += 1;
      else if (field === 'id') this.lastEventId = value.join(': ');
      else if (field === 'event') event = value.join(': ');
      else if (field === 'data') data = (data ?? '') + value.join(': ');
    }
    return data === null ? [] : [{ id: this.lastEventId, event, data }];
  }
}

interface Follow {
  readonly token: string;
  readonly lastEventId?: string;
  /** Additional request headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An open stream. */
export interface OpenStream {
  readonly response: Response;
  readonly reader: EventSourceReader;
  /** All events so far. */
  readonly events: readonly ReadEvent[];
  /** Resolves when either side has ended the stream. */
  readonly ended: Promise<void>;
  readonly close: () => void;
}

/** Opens a stream and reads it until it ends or is closed. */
export async function openStream(url: string, { token, lastEventId, headers: more }: Follow): Promise<OpenStream> {
  const over = new AbortController();
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
    ...more,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const response = await fetch(url, { headers, signal: over.signal });
  const reader = new EventSourceReader(lastEventId);
  const events: ReadEvent[] = [];
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        events.push(...reader.take(decoder.decode(chunk, { stream: true })));
      }
    } catch {
      // The client or the server cut the stream.
    }
  };
  return { response, reader, events, ended: read(), close: () => over.abort() };
}
