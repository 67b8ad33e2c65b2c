import type { ServerSentEvent } from './event-stream';

/** What was read of a log at once, oldest first. */
export interface LogBatch<Event> {
  readonly events: readonly Event[];
  /** Up to where was read: what a reader goes on from. */
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
