import type { handleBidiStreamingCall, Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

/** One version of the reflection service: `grpc.reflection.v1` or `grpc.reflection.v1alpha`. */
interface ReflectionVersion {
  readonly service: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/**
 * Adds server reflection (https://grpc.io/docs/guides/reflection/) for all services of a definition. Decoding the descriptors takes some
 * 0.3 s, so the first call does it, not the start.
 */
export function addReflection(server: Server, definition: PackageDefinition): void {
  let described: readonly ReflectionVersion[] | undefined;
  versionsOf({}).forEach(({ service }, index) => {
    const handle: handleBidiStreamingCall<unknown, unknown> = (call) => {
      described ??= versionsOf(definition);
      const { ServerReflectionInfo: real } = described[index]?.implementation ?? {};
      (real as typeof handle)(call);
    };
    server.addService(service, { ServerReflectionInfo: handle });
  });
}

function versionsOf(definition: PackageDefinition): readonly ReflectionVersion[] {
  const versions: ReflectionVersion[] = [];
  const recorder = {
    addService: (service: ServiceDefinition, implementation: UntypedServiceImplementation) =>
      void versions.push({ service, implementation }),
  };
  // `addToServer` calls only this method.
  new ReflectionService(definition).addToServer(recorder);
  return versions;
}
