import { Client, type ClientConfig, type PoolConfig } from 'pg';
import { isReadTimeout } from '../adapters/postgres-connection';

/** Maximum time to establish a connection. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** Margin that lets the server's own statement timeout expire first and report the error. */
const ANSWER_MARGIN_MS = 2_000;
const KEEP_ALIVE_AFTER_MS = 5_000;

/**
 * A connection that closes when a statement times out. A server that has vanished, for example after a failover, does not respond to later
 * statements either, and a pool would hand out the connection again. If the server closes the connection between two statements, the next
 * statement fails. A pool does not listen for errors on a connection in use, so without this class the error would be uncaught.
 */
class BoundedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    const endOnTimeout = (error: unknown): void => {
      if (isReadTimeout(error)) void this.end().catch(() => undefined);
    };
    this.query = ((...given: unknown[]): unknown => {
      const result = query(...given);
      if (result instanceof Promise) result.catch(endOnTimeout);
      return result;
    }) as Client['query'];
  }
}

/** Returns limits for the connections in a pool. @param statementMs maximum duration of a statement on the server. */
export function boundedConnections(statementMs: number): PoolConfig {
  return {
    Client: BoundedClient,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: statementMs + ANSWER_MARGIN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  };
}
