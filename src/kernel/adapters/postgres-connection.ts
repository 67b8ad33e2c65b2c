import { Connection, type PoolClient } from 'pg';

/** Maximum time to send a cancel request to the server. */
const CANCEL_MS = 5_000;
/** The driver's message for a timeout; the driver has no error code for it. */
const READ_TIMEOUT = 'Query read timeout';

/** The connection of pg's client, with members that its types leave out. */
interface Connected extends Omit<PoolClient, 'ssl'> {
  readonly processID: number;
  readonly secretKey: number;
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | object;
  readonly connection: Connection;
}

/** pg's connection class with the members that its types omit. */
const CancelConnection = Connection as unknown as new (config: { readonly ssl: boolean | object }) => Connection & {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
};

/** Returns whether a statement timed out. */
export function isReadTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message === READ_TIMEOUT;
}

/**
 * Asks the server, over a separate connection, to cancel a client's current statement (PostgreSQL manual, "Canceling Requests
 * in Progress"). Resolves when the server has received the request or cannot be reached.
 */
export function cancelStatement(client: PoolClient): Promise<void> {
  const { processID, secretKey, host, port, ssl } = client as Connected;
  return new Promise((resolve) => {
    const line = new CancelConnection({ ssl });
    const timer = setTimeout(() => line.stream.destroy(), CANCEL_MS);
    const ask = (): void => line.cancel(processID, secretKey);
    line.on('connect', () => (ssl ? line.requestSsl() : ask()));
    line.on('sslconnect', ask);
    // If the server cannot be reached, only closing the connection is possible.
    line.on('error', () => line.stream.destroy());
    line.on('end', () => {
      clearTimeout(timer);
      resolve();
    });
    if (host.startsWith('/')) line.connect(`${host}/.s.PGSQL.${port}`);
    else line.connect(port, host);
  });
}

/** Closes a client's connection without notifying the server. Resolves when it is closed. */
export function breakConnection(client: PoolClient): Promise<void> {
  const { stream } = (client as Connected).connection;
  return new Promise((resolve) => {
    if (stream.closed) {
      resolve();
      return;
    }
    stream.once('close', () => resolve());
    stream.destroy();
  });
}
