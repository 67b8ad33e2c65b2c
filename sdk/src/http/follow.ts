import { ConnectionError, CpodError, TimeoutError, UnavailableError } from '../errors.js';
import { EventStreamDecoder, type Message } from './event-stream.js';
import type { CallOptions, Http } from './http.js';
import { limited, pause, reasonOf } from './limit.js';
import type { Query } from './path.js';
import { backoffMs } from './retry.js';

/** A stream to be followed. */
export interface FollowOrder {
  readonly path: string;
  readonly query?: Query;
  /** After which it begins; `undefined`: where the backend says. */
  readonly lastEventId?: string | undefined;
  /** Whether nothing comes after this message. */
  readonly isLast?: (message: Message) => boolean;
  /** Whether all has been read when the backend ends the stream; else it is asked whether there is more. */
  readonly isFinite?: boolean;
}

/** The backend sends something every 15 s. */
const SILENCE_MS = 45_000;
const RETRY_MS = 2_000;
/** In a row, without one message in between. */
const MAX_CUTS = 8;
/** How the backend says within a stream that it cannot go on; the reason comes with the status of the next attempt. */
const STREAM_ERROR = 'stream.error';

/**
 * The messages of a stream to its end. A stream that is cut, or silent for 45 s, is opened again after the last message that
 * came, so that none is missed and none comes twice; after eight cuts in a row it is a `ConnectionError`.
 */
export async function* follow(
  http: Http,
  order: FollowOrder,
  options: CallOptions,
): AsyncGenerator<Message, void, undefined> {
  let { lastEventId } = order;
  for (let cuts = 0; ; cuts++) {
    const decoder = new EventStreamDecoder(lastEventId);
    let isEnded = false;
    const over = new AbortController();
    const signal = options.signal === undefined ? over.signal : AbortSignal.any([options.signal, over.signal]);
    try {
      const response = await open(http, order, lastEventId, { ...options, signal });
      // 204: all there will be has been read.
      if (response.status === 204 || response.body === null) return;
      for await (const message of messagesOf(response.body, decoder)) {
        if (message.event === STREAM_ERROR) throw new ConnectionError('The backend cannot go on with the stream.');
        ({ lastEventId } = message);
        cuts = 0;
        yield message;
        if (order.isLast?.(message) === true) return;
      }
      isEnded = true;
      if (order.isFinite === true) return;
    } catch (fault) {
      if (options.signal?.aborted === true) throw reasonOf(options.signal);
      if (!isCut(fault)) throw fault;
    } finally {
      // Also when the reader has had enough.
      over.abort();
    }
    if (cuts >= MAX_CUTS) throw new ConnectionError('The stream is cut again and again.');
    // One that was ended in order after messages is most often at its end, which the next attempt is told.
    const leastMs = isEnded && cuts === 0 ? 0 : (decoder.retryMs ?? RETRY_MS);
    await pause(Math.max(leastMs, backoffMs(cuts, 1)) * (0.5 + Math.random() / 2), options.signal);
  }
}

function open(http: Http, { path, query }: FollowOrder, lastEventId: string | undefined, options: CallOptions) {
  const headers = { accept: 'text/event-stream', 'last-event-id': lastEventId };
  return http.stream({ method: 'GET', path, ...(query && { query }), headers, repeat: 'always' }, options);
}

async function* messagesOf(body: ReadableStream<Uint8Array>, decoder: EventStreamDecoder): AsyncGenerator<Message> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await withinSilence(reader.read());
    if (done) return;
    yield* taken(decoder, value);
  }
}

/** Errors: `CpodError` for a message without end; the stream is not opened again, as it would come again. */
function taken(decoder: EventStreamDecoder, bytes: Uint8Array): Message[] {
  try {
    return decoder.take(bytes);
  } catch (cause) {
    throw new CpodError('The stream has a message that is too large.', { cause });
  }
}

async function withinSilence<T>(read: Promise<T>): Promise<T> {
  const { signal, lift } = limited(undefined, SILENCE_MS);
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ConnectionError('The stream is silent.')), { once: true });
      read.then(resolve, (cause: unknown) => reject(new ConnectionError('The stream was cut.', { cause })));
    });
  } finally {
    lift();
  }
}

/** Whether it is worth while to come again: the stream was cut, or the backend is not there for a moment. */
function isCut(fault: unknown): boolean {
  return fault instanceof ConnectionError || fault instanceof TimeoutError || fault instanceof UnavailableError;
}
