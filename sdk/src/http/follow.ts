import { BlockedOriginError, ConnectionError, CpodError, TimeoutError, UnavailableError } from '../errors.js';
import { EventStreamDecoder, type Message } from './event-stream.js';
import type { CallOptions, Http } from './http.js';
import { anySignal, limited, pause, reasonOf } from './limit.js';
import type { Query } from './path.js';
import { backoffMs } from './retry.js';

/** A stream to follow. */
export interface FollowOptions {
  readonly path: string;
  readonly query?: Query;
  /** The event after which to begin; `undefined` lets the backend decide. */
  readonly lastEventId?: string | undefined;
  /** Returns whether this message is the last. */
  readonly isLast?: (message: Message) => boolean;
  /** True if the end of the stream means that everything was read; otherwise the stream is reopened to check for more messages. */
  readonly isFinite?: boolean;
}

/** The silence after which a stream counts as interrupted. The backend sends something every 15 s. */
const SILENCE_MS = 45_000;
const RETRY_MS = 2_000;
/** The maximum number of consecutive interruptions without a message in between. */
const MAX_CUTS = 8;
/**
 * The event that the backend sends within a stream when it cannot continue. The status of the next attempt gives the reason.
 */
const STREAM_ERROR = 'stream.error';

/**
 * Yields the messages of a stream until it ends. Reopens a stream that is interrupted or silent for 45 s, and continues after the last
 * received message, without gaps or repetition. Throws `ConnectionError` after eight consecutive interruptions.
 */
export async function* follow(
  http: Http,
  order: FollowOptions,
  options: CallOptions,
): AsyncGenerator<Message, void, undefined> {
  let { lastEventId } = order;
  for (let cuts = 0; ; cuts++) {
    const decoder = new EventStreamDecoder(lastEventId);
    let isEnded = false;
    const over = new AbortController();
    const signal = options.signal === undefined ? over.signal : anySignal([options.signal, over.signal]);
    try {
      const response = await open(http, order, lastEventId, { ...options, signal });
      // 204: everything has been read.
      if (response.status === 204 || response.body === null) return;
      for await (const message of messagesOf(response.body, decoder)) {
        if (message.event === STREAM_ERROR) throw new ConnectionError('The backend cannot continue the stream.');
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
      // This also runs if the reader stops early.
      over.abort();
    }
    if (cuts >= MAX_CUTS) throw new ConnectionError('The stream was interrupted too often.');
    // A stream that ended cleanly after messages has usually reached its end, which the next attempt reports.
    const leastMs = isEnded && cuts === 0 ? 0 : (decoder.retryMs ?? RETRY_MS);
    await pause(Math.max(leastMs, backoffMs(cuts, 1)) * (0.5 + Math.random() / 2), options.signal);
  }
}

function open(http: Http, { path, query }: FollowOptions, lastEventId: string | undefined, options: CallOptions) {
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

/**
 * Decodes bytes. Errors: `CpodError` for an oversized message. The stream is not reopened, because the message would be sent
 * again.
 */
function taken(decoder: EventStreamDecoder, bytes: Uint8Array): Message[] {
  try {
    return decoder.take(bytes);
  } catch (cause) {
    throw new CpodError('The stream contains a message that is too large.', { cause });
  }
}

async function withinSilence<T>(read: Promise<T>): Promise<T> {
  const { signal, lift } = limited(undefined, SILENCE_MS);
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ConnectionError('The stream is silent.')), { once: true });
      read.then(resolve, (cause: unknown) => reject(new ConnectionError('The stream was interrupted.', { cause })));
    });
  } finally {
    lift();
  }
}

/** Returns whether a retry makes sense: the stream was interrupted, or the backend is temporarily unavailable. */
function isCut(fault: unknown): boolean {
  if (fault instanceof BlockedOriginError) return false;
  return fault instanceof ConnectionError || fault instanceof TimeoutError || fault instanceof UnavailableError;
}
