import { Connection, type PoolClient } from 'pg';
import type { Over } from '../context/call-context';
import { outage } from '../errors/app-error';

/** How long a server may take to hear that it is to cancel something. */
const CANCEL_MS = 5_000;

/** What pg's client knows of its connection, of which its types tell a part. */
interface Connected extends Omit<PoolClient, 'ssl'> {
  readonly processID: number;
  readonly secretKey: number;
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | object;
  readonly connection: Connection;
}

/**
 * Runs work on a connection for as long as somebody waits for it. Then the server is told to cancel the statement that
 * it runs (PostgreSQL manual, "Canceling Requests in Progress"), and the connection is closed: the request may come too
 * late and hit the statement of whoever has it next, and a transaction that was between two statements is undone so.
 * Costs nothing but a listener while nobody goes.
 * Errors: `deadline_exceeded` when nobody waits any more, which nobody hears.
 */
export async function whileWaitedFor<T>(client: PoolClient, { signal }: Over, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw outage('deadline');
  const ending: Promise<void>[] = [];
  const end = (): void => {
    ending.push(cancelStatement(client as Connected).finally(() => close(client as Connected)));
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
 * A connection out of those that callers queue for, unless nobody waits for it any more: when its turn comes later it is
 * given back. Errors: `deadline_exceeded`.
 */
export async function connectWhileWaitedFor<Taken>(
  turn: Promise<Taken>,
  { signal }: Over,
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

/** Asks the server, over a connection of its own as the protocol has it; resolves when it has heard, or cannot be asked. */
function cancelStatement({ processID, secretKey, host, port, ssl }: Connected): Promise<void> {
  return new Promise((resolve) => {
    const line = new CancelConnection({ ssl });
    const timer = setTimeout(() => line.stream.destroy(), CANCEL_MS);
    const ask = (): void => line.cancel(processID, secretKey);
    line.on('connect', () => (ssl ? line.requestSsl() : ask()));
    line.on('sslconnect', ask);
    // Without a server to ask, closing the connection is all that can be done.
    line.on('error', () => line.stream.destroy());
    line.on('end', () => {
      clearTimeout(timer);
      resolve();
    });
    if (host.startsWith('/')) line.connect(`${host}/.s.PGSQL.${port}`);
    else line.connect(port, host);
  });
}

/** Of pg's connection, what its types leave out. */
const CancelConnection = Connection as unknown as new (config: { readonly ssl: boolean | object }) => Connection & {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
};

function close({ connection }: Connected): Promise<void> {
  return new Promise((resolve) => {
    const { stream } = connection;
    if (stream.closed) {
      resolve();
      return;
    }
    stream.once('close', () => resolve());
    stream.destroy();
  });
}
