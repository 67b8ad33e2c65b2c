import type { PoolClient } from 'pg';
import { breakConnection, cancelStatement } from '../adapters/postgres-connection';
import type { CallerSignal } from '../context/call-context';
import { outage } from '../errors/app-error';

/**
 * Runs work on a connection for as long as a caller is waiting for the result. When the caller disconnects, the server cancels the current
 * statement (PostgreSQL manual, "Canceling Requests in Progress") and the connection closes. If the connection stayed open, a late
 * cancellation could hit the next user's statement. Closing also rolls back a transaction between two statements. If the caller keeps
 * waiting, the only cost is a listener. Errors: `deadline_exceeded` when the caller has disconnected; the caller never sees this error.
 */
export async function cancelOnAbort<T>(
  client: PoolClient,
  { signal }: CallerSignal,
  work: () => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw outage('deadline');
  const ending: Promise<void>[] = [];
  const end = (): void => {
    ending.push(cancelStatement(client).finally(() => breakConnection(client)));
  };
  signal.addEventListener('abort', end);
  try {
    return await work();
  } catch (cause) {
    throw ending.length > 0 ? outage('deadline', { cause }) : cause;
  } finally {
    signal.removeEventListener('abort', end);
    await Promise.all(ending);
  }
}

/**
 * Returns a pooled connection. If the caller stops waiting, a connection that becomes available later goes back to the pool. Errors:
 * `deadline_exceeded`.
 */
export async function connectUnlessAborted<Taken>(
  turn: Promise<Taken>,
  { signal }: CallerSignal,
  giveBack: (taken: Taken) => void,
): Promise<Taken> {
  let leave: () => void = () => undefined;
  const gone = new Promise<null>((resolve) => {
    leave = () => resolve(null);
    signal.addEventListener('abort', leave);
  });
  if (signal.aborted) leave();
  const taken = await Promise.race([turn, gone]).finally(() => signal.removeEventListener('abort', leave));
  if (taken !== null) return taken;
  turn.then(giveBack, () => undefined);
  throw outage('deadline');
}
