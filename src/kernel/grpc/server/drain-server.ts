import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@grpc/grpc-js';
import type { ServerStreams } from '../server-streams';
import type { GrpcListener } from './grpc-listener';
import type { Serving } from './grpc-server';

/**
 * Time limit for the first call on an accepted connection. Clients that open a connection for each call (wire contract §2.1) would
 * otherwise receive GOAWAY just before their only call arrives, and have nowhere to resend it.
 */
const FIRST_CALL_MS = 150;
/** Maximum time for calls in flight to finish. */
const DRAIN_MS = 5_000;

/**
 * Stops a gRPC server without failing an accepted call: health reports NOT_SERVING, no new connections are accepted, streams end so that
 * their clients resume elsewhere, connections get GOAWAY (RFC 9113 §6.8) and their calls finish.
 */
export async function drainServer(
  server: Server,
  listeners: readonly GrpcListener[],
  serving: Serving,
  streams: ServerStreams,
): Promise<void> {
  serving.set(false);
  for (const listener of listeners) listener.stopAccepting();
  streams.drain();
  await sleep(FIRST_CALL_MS);
  const limit = new AbortController();
  await Promise.race([
    closeConnections(server, listeners),
    sleep(DRAIN_MS, null, { signal: limit.signal }).catch(() => undefined),
  ]);
  limit.abort();
  server.forceShutdown();
  for (const listener of listeners) listener.destroy();
}

/**
 * Sends GOAWAY on every connection and resolves when all connections have ended. `tryShutdown` alone does not wait for them: Node itself
 * closes the connections of a closing HTTP/2 server, and grpc-js treats closing connections as closed.
 */
async function closeConnections(server: Server, listeners: readonly GrpcListener[]): Promise<void> {
  server.tryShutdown(() => undefined);
  await Promise.all(listeners.map((listener) => listener.idle()));
}
