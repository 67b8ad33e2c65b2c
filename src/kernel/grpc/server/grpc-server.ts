import { Server } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { type GrpcOptions, ServerGrpc } from '@nestjs/microservices';
import { HealthImplementation } from 'grpc-health-check';
import { MESSAGE_LIMITS } from '../message-limits';
import { addReflection } from './reflection';

/** Concurrent calls per connection. If a client needs more calls, it opens another connection or waits. */
const MAX_CONCURRENT_STREAMS = 1_024;

/** Returns the server for all services. The server does not listen itself: `grpc-listener.ts` passes connections to it. */
export function newGrpcServer(): Server {
  return new Server({
    // The gate (`message-gate.ts`) does not accept larger messages either, but does not check a second message in a call.
    'grpc.max_receive_message_length': MESSAGE_LIMITS.maxTextBytes,
    'grpc.max_concurrent_streams': MAX_CONCURRENT_STREAMS,
    // Channelz counts every call and message, and its statistics are not used here.
    'grpc.enable_channelz': 0,
  });
}

/**
 * Nest's gRPC transport on an existing server. Nest's own server listens before any service is added, so the first callers after startup
 * would receive UNIMPLEMENTED. It also shuts down in a single step.
 */
export class PreparedServerTransport extends ServerGrpc {
  constructor(
    private readonly server: Server,
    options: GrpcOptions['options'],
  ) {
    super(options);
  }

  override async createClient(): Promise<Server> {
    return this.server;
  }

  override async close(): Promise<void> {
    // `drainServer` stops the server, because it has access to the connections.
  }
}

/** The state that `grpc.health.v1` reports for the empty service name and every service. */
export interface Serving {
  set(serving: boolean): void;
}

/** Adds the health service, and reflection if requested. */
export function addHealth(server: Server, definition: PackageDefinition, reflection: boolean): Serving {
  const services = Object.entries(definition).flatMap(([name, entry]) => ('format' in entry ? [] : [name]));
  const names = ['', ...services];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'NOT_SERVING'])));
  health.addToServer(server);
  if (reflection) addReflection(server, definition);
  return {
    set(serving) {
      for (const name of names) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
    },
  };
}
