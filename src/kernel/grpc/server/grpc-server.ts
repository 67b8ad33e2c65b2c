import { Server } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { type GrpcOptions, ServerGrpc } from '@nestjs/microservices';
import { HealthImplementation } from 'grpc-health-check';
import { MESSAGE_LIMITS } from '../message-limits';

/** Calls at once on one connection; a client asks for more on another one, or waits. */
const MAX_CONCURRENT_STREAMS = 1_024;

/** The server of every service, bound to nothing: connections are handed to it (`grpc-listener.ts`). */
export function newGrpcServer(): Server {
  return new Server({
    // The gate takes none that is larger (`message-gate.ts`): what it does not know of is a second message of a call.
    'grpc.max_receive_message_length': MESSAGE_LIMITS.maxTextBytes,
    'grpc.max_concurrent_streams': MAX_CONCURRENT_STREAMS,
    // Nobody asks for its figures here, and it counts every call and message.
    'grpc.enable_channelz': 0,
  });
}

/**
 * Nest's gRPC transport over a server that is given: Nest's own would listen before any service is added to it, so that
 * the first callers after a start are told UNIMPLEMENTED, and closes in one step only.
 */
export class GivenServerTransport extends ServerGrpc {
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
    // Ended by `drainServer`, which knows the connections.
  }
}

/** What `grpc.health.v1` tells, for the empty service name and every service. */
export interface Serving {
  set(serving: boolean): void;
}

/** Adds health, and reflection where it is wanted. */
export function addHealth(server: Server, definition: PackageDefinition, reflection: boolean): Serving {
  const services = Object.entries(definition).flatMap(([name, entry]) => ('format' in entry ? [] : [name]));
  const names = ['', ...services];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'NOT_SERVING'])));
  health.addToServer(server);
  if (reflection) new ReflectionService(definition).addToServer(server);
  return {
    set(serving) {
      for (const name of names) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
    },
  };
}
