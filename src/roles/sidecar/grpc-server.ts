import { type Server, ServerCredentials } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { Logger } from '../../kernel/telemetry/logger';

export interface BoundServer {
  /** Binds the addresses after the first; a machine without IPv6 (or IPv4) is warned about, not refused. */
  bindOthers(): Promise<void>;
  /** What `grpc.health.v1.Health/Check` answers, for the empty service name and every service. */
  setServing(serving: boolean): void;
  /** Ends calls and streams that are still open. */
  forceShutdown(): void;
}

/** Adds health (and reflection) to the server that Nest made, and further addresses. */
export function finishServer(
  definition: PackageDefinition,
  server: Server,
  options: { readonly others: readonly string[]; readonly reflection: boolean; readonly logger: Logger },
): BoundServer {
  const services = Object.entries(definition).flatMap(([name, entry]) => ('format' in entry ? [] : [name]));
  const names = ['', ...services];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'NOT_SERVING'])));
  health.addToServer(server);
  if (options.reflection) new ReflectionService(definition, { services }).addToServer(server);
  return {
    async bindOthers() {
      for (const address of options.others) {
        await bind(server, address).catch((error: unknown) => {
          options.logger.warn(
            { err: error, address },
            'The sidecar does not listen here; clients that resolve to it fail',
          );
        });
      }
    },
    forceShutdown() {
      server.forceShutdown();
    },
    setServing(serving) {
      for (const name of names) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
    },
  };
}

function bind(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
