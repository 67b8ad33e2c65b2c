import type { ServerWritableStream } from '@grpc/grpc-js';
import { Observable } from 'rxjs';

/**
 * Writes what a source gives to a server stream, one message after the other: the next is asked for when the one before
 * has gone out, so that nothing piles up for a client that reads slowly. The Observable is for Nest, which ends the stream
 * when it completes or fails, and unsubscribes when the client goes; that aborts the signal of the source.
 */
export function writeAll<Item, Message>(
  call: ServerWritableStream<unknown, Message>,
  source: (signal: AbortSignal) => AsyncIterable<Item>,
  toMessage: (item: Item) => Message,
): Observable<never> {
  return new Observable<never>((subscriber) => {
    const gone = new AbortController();
    const run = async (): Promise<void> => {
      for await (const item of source(gone.signal)) {
        await written(call, toMessage(item), gone.signal);
        if (gone.signal.aborted) return;
      }
    };
    run().then(
      () => {
        subscriber.complete();
      },
      (error: unknown) => {
        subscriber.error(error);
      },
    );
    return () => {
      gone.abort();
    };
  });
}

/** Resolves when a message has gone out, or never will. */
function written<Message>(
  call: ServerWritableStream<unknown, Message>,
  message: Message,
  gone: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gone.removeEventListener('abort', done);
      resolve();
    };
    gone.addEventListener('abort', done);
    if (gone.aborted) done();
    else call.write(message, done);
  });
}
