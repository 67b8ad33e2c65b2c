import { setTimeout as sleep } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { z } from 'zod';
import { CommandFault, type Terminal } from '../command';
import { faultOf, Unreachable } from './refusal';
import type { RestClient } from './rest-client';
import { isPassing, MAX_LOSSES, waitAfter } from './retry';

/** A stream of messages (HTML Living Standard §9.2) to follow to its end. */
export interface FollowOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** True if everything has been read when the platform ends the stream. Otherwise the client reconnects to check for more messages. */
  readonly isFinite?: boolean;
  /** Receives a notice each time the stream is lost, before the client reconnects. */
  readonly terminal: Terminal;
}

/** The maximum silence. The platform sends something every 15 s. */
const SILENCE_MS = 45_000;
/** The delay before a stream that ended cleanly is opened again. */
const REOPEN_MS = 1_000;
/** The event that the platform sends within a stream when it cannot continue. */
const STREAM_ERROR = 'stream.error';

/**
 * Yields the data of a stream's messages. A lost stream resumes after the last received message, without gaps or repetition. The stream
 * ends when the platform reports that no more messages will follow (204). Errors: `CommandFault` if the stream is refused, is lost ten
 * consecutive times, or contains data that does not match the schema.
 */
export async function* follow<T>(
  client: RestClient,
  schema: z.ZodType<T>,
  order: FollowOptions,
): AsyncGenerator<T, void, undefined> {
  let lastEventId: string | undefined;
  let losses = 0;
  // Immediately report a stream that never began. Wait only for a stream that has begun.
  let hasBegun = false;
  const onOpen = (): void => {
    hasBegun = true;
  };
  for (;;) {
    let isQuiet = true;
    try {
      for await (const { id, data } of opened(client, order, lastEventId, onOpen)) {
        [isQuiet, losses] = [false, 0];
        lastEventId = id ?? lastEventId;
        if (data === '') continue;
        const parsed = schema.safeParse(JSON.parse(data));
        if (!parsed.success) throw new CommandFault(`${order.path} sent data that this command does not understand.`);
        yield parsed.data;
      }
      if (order.isFinite === true) return;
      // The stream ended cleanly: there are usually no more messages, as the next response will confirm.
      if (isQuiet) await sleep(REOPEN_MS);
    } catch (error) {
      if (error instanceof AllRead) return;
      losses += 1;
      if (!isPassing(error) || !hasBegun || losses > MAX_LOSSES) throw error;
      order.terminal.err(`${error.message} Reconnecting.\n`);
      await waitAfter(losses);
    }
  }
}

/** Thrown when no more messages will follow. */
class AllRead extends Error {}

async function* opened(
  client: RestClient,
  { path, query = {} }: FollowOptions,
  lastEventId: string | undefined,
  onOpen: () => void,
): AsyncGenerator<EventSourceMessage> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error('The stream was silent for 45 s.'));
  }, SILENCE_MS);
  try {
    const answer = await client.call('GET', path, {
      query,
      headers: { accept: 'text/event-stream', ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      signal: silence.signal,
    });
    onOpen();
    if (answer.status === 204 || answer.body === null) throw new AllRead();
    const come: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (message) => void come.push(message) });
    const pieces = answer.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await pieces.next().catch((error: unknown) => {
        throw faultOf(client.url, error);
      });
      if (done === true) return;
      timer.refresh();
      parser.feed(value);
      for (const message of come.splice(0)) {
        if (message.event === STREAM_ERROR)
          throw new Unreachable(`The platform cannot continue the stream ${path}. Try again later.`);
        yield message;
      }
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}
