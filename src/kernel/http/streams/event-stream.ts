import { Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';
import { AppError, toAppError } from '../../errors/app-error';

const logger = new Logger('EventStream');

/** One message of a stream (HTML Living Standard §9.2). Without `data` it only moves the reader's last event id. */
export interface ServerSentEvent {
  readonly id?: string;
  /** Its type; `message` when left out. */
  readonly event?: string;
  /** Goes out as JSON. */
  readonly data?: unknown;
}

interface EventStreamOptions {
  /** How often something is sent, so that neither a proxy nor the reader takes the stream for dead. */
  readonly heartbeatMs?: number;
  /** How long a reader waits before it connects again. */
  readonly retryMs?: number;
}

export const EVENT_STREAM = 'text/event-stream';
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
const HEARTBEAT = ':\n\n';
/** Not `error`, which is what a browser's EventSource calls its own lost connections. */
const STREAM_ERROR = 'stream.error';

/**
 * The answer that sends messages as they come (Server-Sent Events), with comments as heartbeats. The source is asked for
 * the next message when the reader has taken what was sent, so that a slow reader costs one socket buffer. A source that
 * fails is told of by a message `stream.error`, and the stream ends: the reader comes back with its last event id, and hears
 * why by the status.
 */
export function eventStream(source: AsyncIterable<ServerSentEvent>, options: EventStreamOptions = {}): StreamableFile {
  const text = Readable.from(eventStreamText(source, options), { objectMode: false, highWaterMark: 16_384 });
  return new StreamableFile(text, { type: `${EVENT_STREAM}; charset=utf-8` });
}

/** The headers that keep every cache and proxy on the way from holding the messages back. */
export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
};

/** The text of a stream, message by message. */
export async function* eventStreamText(
  source: AsyncIterable<ServerSentEvent>,
  { heartbeatMs = HEARTBEAT_MS, retryMs = RETRY_MS }: EventStreamOptions = {},
): AsyncIterable<string> {
  // First of all, so that the status is out before anything can fail.
  yield `retry: ${retryMs}\n\n`;
  const messages = source[Symbol.asyncIterator]();
  let next = messages.next();
  try {
    for (;;) {
      const come = await within(next, heartbeatMs);
      if (come === 'nothing') {
        yield HEARTBEAT;
        continue;
      }
      if (come.done === true) return;
      yield messageText(come.value);
      next = messages.next();
    }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) logger.error(thrown);
    const { code, message } = toAppError(thrown);
    yield messageText({ event: STREAM_ERROR, data: { error: code, error_description: message } });
  } finally {
    // Not waited for: a source that waits for its own next message ends with the signal it was given.
    void next.catch(() => undefined);
    void messages.return?.().catch(() => undefined);
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | 'nothing'> {
  let timer: NodeJS.Timeout | undefined;
  const nothing = new Promise<'nothing'>((resolve) => {
    timer = setTimeout(resolve, ms, 'nothing');
  });
  try {
    return await Promise.race([promise, nothing]);
  } finally {
    clearTimeout(timer);
  }
}

function messageText({ id, event, data }: ServerSentEvent): string {
  let text = '';
  if (id !== undefined) text += `id: ${id}\n`;
  if (event !== undefined) text += `event: ${event}\n`;
  // JSON has no line break but escaped ones, so one line is always enough.
  if (data !== undefined) text += `data: ${JSON.stringify(data)}\n`;
  return `${text}\n`;
}

/** What was read of a log at once, oldest first. */
export interface LogBatch<Event> {
  readonly events: readonly Event[];
  /** The place from which a reader continues. */
  readonly place: string;
}

/**
 * A log that is followed, as the messages of a stream: each event, and then the place, so that also a reader for whom nothing
 * came learns where to go on.
 * @param first what was read before anything went out. @param messageOf the message of an event; its id is a place.
 */
export async function* logMessages<Event>(
  first: LogBatch<Event>,
  rest: AsyncIterable<LogBatch<Event>>,
  messageOf: (event: Event) => ServerSentEvent & { readonly id: string },
): AsyncIterable<ServerSentEvent> {
  yield* messagesOfBatch(first, messageOf);
  for await (const batch of rest) yield* messagesOfBatch(batch, messageOf);
}

function* messagesOfBatch<Event>(
  { events, place }: LogBatch<Event>,
  messageOf: (event: Event) => ServerSentEvent & { readonly id: string },
): Iterable<ServerSentEvent> {
  let last: string | null = null;
  for (const event of events) {
    const message = messageOf(event);
    last = message.id;
    yield message;
  }
  if (last !== place) yield { id: place };
}
