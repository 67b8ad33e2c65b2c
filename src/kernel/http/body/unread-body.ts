import type { IncomingMessage } from 'node:http';
import { ScheduledTask } from '../../tasks/scheduled-task';

/** The most that is read of a body after its request was answered. Many clients read an answer only when they have sent all. */
const MAX_BYTES = 8 * 1024 * 1024;
/** The time between reads of one piece, of at most 64 KiB, of all such bodies: a client that floods us with them waits. */
const PIECE_MS = 2;

/** The unwanted bodies of this process, with the number of bytes still to read of each. The next one is first. */
const unread = new Map<IncomingMessage, number>();
let pieces: ScheduledTask | null = null;

/**
 * Reads and drops the rest of a body, slowly, and cuts the connection when it is too much. The connection can be used again when
 * all of the body has come.
 */
export function dropUnread(request: IncomingMessage): void {
  if (request.complete) return;
  request.pause();
  // Node reads all there is of a body that nobody has begun to read.
  request.read(0);
  unread.set(request, MAX_BYTES);
  if (pieces !== null) return;
  pieces = new ScheduledTask({ everyMs: PIECE_MS, jitter: 0, turn: dropPiece, failed: () => undefined });
  pieces.start();
}

function dropPiece(): void {
  const [next] = unread;
  if (next === undefined) {
    void pieces?.stop();
    pieces = null;
    return;
  }
  const [request, left] = next;
  unread.delete(request);
  const piece = request.read() as Buffer | null;
  if (request.complete || request.destroyed) request.resume();
  else if (left < (piece?.length ?? 0)) request.socket.destroy();
  else unread.set(request, left - (piece?.length ?? 0));
}

const refused = new WeakSet<IncomingMessage>();

/** Marks a request whose body was refused for its size, or because too many large ones of its caller were there. */
export function markRefusedBody(request: IncomingMessage): void {
  refused.add(request);
}

/** Returns whether {@link markRefusedBody} marked a request. */
export function hasRefusedBody(request: IncomingMessage): boolean {
  return refused.has(request);
}
