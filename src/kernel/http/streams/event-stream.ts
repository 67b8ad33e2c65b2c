import { Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';
import { AppError, toAppError } from '../../errors/app-error';

const logger = new Logger('EventStream');

/** One message of a stream (HTML Living Standard §9.2). Without `data` it only updates the reader's last event id. */
export interface ServerSentEvent {
  readonly id?: string;
  /** Event type; defaults to `message`. */
  readonly event?: string;
  /** Sent as JSON. */
  readonly data?: unknown;
}

interface EventStreamOptions {
  /** Interval of heartbeats, which keep proxies and the reader from closing the stream as dead. */
  readonly heartbeatMs?: number;
  /** Time that a reader waits before reconnecting. */
  readonly retryMs?: number;
}

export const EVENT_STREAM = 'text/event-stream';
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
const HEARTBEAT = ':\n\n';
/** Not `error`, because a browser's EventSource uses that name for the event that reports a lost connection. */
const STREAM_ERROR = 'stream.error';

/**
 * Returns the response that sends messages as they arrive (Server-Sent Events), with comments as heartbeats. It requests the next message
 * from the source only after the reader has received the previous messages, so that a slow reader occupies only one socket buffer. When the
 * source fails, the stream sends a `stream.error` message and ends: the reader reconnects with its last event id, and the status then gives
 * the reason.
 */
export function eventStream(source: AsyncIterable<ServerSentEvent>, options: EventStreamOptions = {}): StreamableFile {
  const text = Readable.from(eventStreamText(source, options), { objectMode: false, highWaterMark: 16_384 });
  return new StreamableFile(text, { type: `${EVENT_STREAM}; charset=utf-8` });
}

/** Headers that keep caches and proxies from buffering the messages. */
export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
};

/** Yields a stream as strings, message by message. */
export async function* eventStreamText(
  source: AsyncIterable<ServerSentEvent>,
  { heartbeatMs = HEARTBEAT_MS, retryMs = RETRY_MS }: EventStreamOptions = {},
): AsyncIterable<string> {
  // Sent first, so that the client receives the status before anything can fail.
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
    // Not awaited: a source that waits for its own next message ends with its signal.
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
  // JSON escapes line breaks, so one line is always enough.
  if (data !== undefined) text += `data: ${JSON.stringify(data)}\n`;
  return `${text}\n`;
}

/** The events from one read of a log, oldest first. */
export interface LogBatch<Event> {
  readonly events: readonly Event[];
  /** The position from which a reader continues. */
  readonly place: string;
}

/**
 * Follows a log and yields its events as the messages of a stream: each event, then the position, so that even a reader that gets no events
 * knows where to continue.
 * @param first the batch that was read before the stream started. @param messageOf returns the message of an event; its id is a position.
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
