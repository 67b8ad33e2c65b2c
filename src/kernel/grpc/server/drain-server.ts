import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@grpc/grpc-js';
import type { ServerStreams } from '../server-streams';
import type { GrpcListener } from './grpc-listener';
import type { Serving } from './grpc-server';

/**
 * How long a connection that was accepted may take to send its first call. Clients that open one for each call (wire
 * contract §2.1) would otherwise be told GOAWAY just before their only call arrives, and have nowhere to send it again.
 */
const FIRST_CALL_MS = 150;
/** How long calls in flight may take to finish. */
const DRAIN_MS = 5_000;

/**
 * Ends a gRPC server without failing a call that it accepted: health says NOT_SERVING, nothing new is accepted, streams
 * end so that their clients go on elsewhere, connections get GOAWAY (RFC 9113 §6.8) and their calls finish.
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
 * GOAWAY on every connection; resolves when all have ended. `tryShutdown` alone does not wait for them: Node closes the
 * connections of a closing HTTP/2 server by itself, and grpc-js takes what is closing for closed.
 */
async function closeConnections(server: Server, listeners: readonly GrpcListener[]): Promise<void> {
  server.tryShutdown(() => undefined);
  await Promise.all(listeners.map((listener) => listener.idle()));
}
