import type { IncomingMessage } from 'node:http';
import { ScheduledTask } from '../../tasks/scheduled-task';

/**
 * Maximum number of bytes read from a body after the response has been sent. Many clients read a response only after sending the whole
 * body.
 */
const MAX_BYTES = 8 * 1024 * 1024;
/** Interval at which one chunk of at most 64 KiB is read from one of these bodies, so that a client that floods the server has to wait. */
const PIECE_MS = 2;

/** The bodies that this process discards, with the number of bytes left to read. The next body to read is first. */
const unread = new Map<IncomingMessage, number>();
let pieces: ScheduledTask | null = null;

/**
 * Reads and discards the rest of a body slowly, and closes the connection if the rest is too long. The connection can be reused once the
 * whole body has arrived.
 */
export function dropUnread(request: IncomingMessage): void {
  if (request.complete) return;
  request.pause();
  // Otherwise, if no code has begun to read a body, Node itself would read it to its end.
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

/** Marks a request whose body was rejected for its size, or because its caller had too many large bodies. */
export function markRefusedBody(request: IncomingMessage): void {
  refused.add(request);
}

/** Returns whether {@link markRefusedBody} marked a request. */
export function hasRefusedBody(request: IncomingMessage): boolean {
  return refused.has(request);
}
