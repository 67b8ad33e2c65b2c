import type { MethodDefinition, PackageDefinition } from '@grpc/proto-loader';

/** The attempts of a call, the first one included: in a rolling restart the next connection may break as well. */
const MAX_ATTEMPTS = 3;
/** Up to this long before each further one, at random: the calls of a connection that broke do not come all at once. */
const PAUSE = '0.05s';
/**
 * When most calls fail, as while no sidecar is there, none is repeated (gRFC A6): each failure takes one of these, each
 * success gives one back, and below half of them there is one attempt alone.
 */
const THROTTLING = { maxTokens: 1_000, tokenRatio: 1 };

/**
 * The gRPC service config (gRFC A2) by which calls that fail with UNAVAILABLE, as when their connection breaks, are sent
 * again within their deadline: those whose protos say that this does no harm (`idempotency_level`), and no others.
 * Calls that the server says it has not taken (GOAWAY, REFUSED_STREAM) are always sent again, by grpc-js itself.
 */
export function repeatSafeCalls(definition: PackageDefinition): string {
  const name = Object.entries(definition).flatMap(([service, entry]) =>
    'format' in entry
      ? []
      : Object.entries(entry)
          .filter(([, method]) => isSafeToRepeat(method))
          .map(([method]) => ({ service, method })),
  );
  const retryPolicy = {
    maxAttempts: MAX_ATTEMPTS,
    initialBackoff: PAUSE,
    maxBackoff: PAUSE,
    backoffMultiplier: 1,
    retryableStatusCodes: ['UNAVAILABLE'],
  };
  return JSON.stringify({
    loadBalancingConfig: [],
    methodConfig: [{ name, retryPolicy }],
    retryThrottling: THROTTLING,
  });
}

function isSafeToRepeat({ requestStream, responseStream, options }: MethodDefinition<object, object>): boolean {
  // Of a stream somebody has seen a part.
  if (requestStream || responseStream) return false;
  const level: string = options.idempotency_level;
  return level === 'NO_SIDE_EFFECTS' || level === 'IDEMPOTENT';
}
