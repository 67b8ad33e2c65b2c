import type { MethodDefinition } from '@grpc/proto-loader';

/** The attempts of a call, the first one included: in a rolling restart the next connection may break as well. */
const MAX_ATTEMPTS = 3;
/** Longest pause before each further one, at random: the calls of a connection that broke do not come all at once. */
const MAX_PAUSE_MS = 50;
/**
 * The maximum of retry tokens (gRFC A6). Each failure takes a token, and each success gives one back. Below half of them a
 * call gets a single attempt, so that none is repeated while most fail, as when no sidecar is there.
 */
const MAX_TOKENS = 1_000;

/** As far as {@link RepeatedCalls} asks what a call is. */
type Method = Pick<MethodDefinition<object, object>, 'requestStream' | 'responseStream' | 'options'>;

/**
 * Which calls that fail with UNAVAILABLE, as when their connection breaks, are sent again: those whose protos say that
 * this does no harm (`idempotency_level`), and no others. The service config (gRFC A2) is not enough: it counts a call as
 * answered once the headers of an answer have come, and a sidecar may be killed between them and the end of it.
 * Calls that the server says it has not taken (GOAWAY, REFUSED_STREAM) are always sent again, by grpc-js itself.
 */
export class RepeatedCalls {
  private tokens = MAX_TOKENS;

  succeeded(): void {
    if (this.tokens < MAX_TOKENS) this.tokens++;
  }

  /**
   * Takes note of a failed attempt.
   * @param attempt counts from 1.
   * @returns milliseconds after which the next may begin; `null`: there is none.
   */
  failed(method: Method, attempt: number): number | null {
    if (this.tokens > 0) this.tokens--;
    const mayRepeat = attempt < MAX_ATTEMPTS && this.tokens > MAX_TOKENS / 2 && isSafeToRepeat(method);
    return mayRepeat ? Math.random() * MAX_PAUSE_MS : null;
  }
}

function isSafeToRepeat({ requestStream, responseStream, options }: Method): boolean {
  // Of a stream somebody has seen a part.
  if (requestStream || responseStream) return false;
  const level: string = options.idempotency_level;
  return level === 'NO_SIDE_EFFECTS' || level === 'IDEMPOTENT';
}
