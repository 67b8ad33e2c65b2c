import type { MethodDefinition } from '@grpc/proto-loader';

/** Maximum number of attempts for a call, including the first. During a rolling restart, the next connection may break as well. */
const MAX_ATTEMPTS = 3;
/** Maximum random pause before each retry, so that the calls from a broken connection do not all arrive again at the same time. */
const MAX_PAUSE_MS = 50;
/**
 * The maximum number of retry tokens (gRFC A6). Each failure consumes a token, and each success returns one. If fewer than half of the
 * tokens are left, a call gets a single attempt, so that there are no retries while most calls fail, for example when no sidecar is
 * running.
 */
const MAX_TOKENS = 1_000;

/** The facts about a method that {@link RepeatedCalls} uses. */
type Method = Pick<MethodDefinition<object, object>, 'requestStream' | 'responseStream' | 'options'>;

/**
 * Decides whether to retry a call that fails with UNAVAILABLE, for example because its connection breaks: only if its proto marks the call
 * as safe (`idempotency_level`). The service config (gRFC A2) is not enough: it counts a call as answered once the response headers have
 * arrived, and a sidecar may be killed between the headers and the end of the response. Calls that the server reports as not processed
 * (GOAWAY, REFUSED_STREAM) are always retried, by grpc-js itself.
 */
export class RepeatedCalls {
  private tokens = MAX_TOKENS;

  succeeded(): void {
    if (this.tokens < MAX_TOKENS) this.tokens++;
  }

  /**
   * Records a failed attempt.
   * @param attempt number of the attempt, starting at 1.
   * @returns milliseconds until the next attempt; `null` if there is none.
   */
  failed(method: Method, attempt: number): number | null {
    if (this.tokens > 0) this.tokens--;
    const mayRepeat = attempt < MAX_ATTEMPTS && this.tokens > MAX_TOKENS / 2 && isSafeToRepeat(method);
    return mayRepeat ? Math.random() * MAX_PAUSE_MS : null;
  }
}

function isSafeToRepeat({ requestStream, responseStream, options }: Method): boolean {
  // The caller may have already received part of a stream.
  if (requestStream || responseStream) return false;
  const level: string = options.idempotency_level;
  return level === 'NO_SIDE_EFFECTS' || level === 'IDEMPOTENT';
}
