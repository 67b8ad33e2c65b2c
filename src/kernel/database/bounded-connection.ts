import { Client, type ClientConfig, type PoolConfig } from 'pg';
import { isReadTimeout } from '../adapters/postgres-connection';

/** How long a connection may take to be made. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** The server ends a statement by its own clock first, and says so. */
const ANSWER_MARGIN_MS = 2_000;
const KEEP_ALIVE_AFTER_MS = 5_000;

/**
 * A connection that ends when a statement is not answered in time. A server that vanished, as after a failover, answers none of
 * the next ones either, and a pool would hand the connection out again. When the server ends it between two statements, the
 * next statement fails: a pool does not listen to a connection that is in use, and its end would be uncaught.
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

/** Bounds for the connections of a pool. @param statementMs longest that a statement may take at the server. */
export function boundedConnections(statementMs: number): PoolConfig {
  return {
    Client: BoundedClient,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: statementMs + ANSWER_MARGIN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  };
}
