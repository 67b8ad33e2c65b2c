import type { RawRequest } from '../http/request-listener';

/** A gate in front of a public endpoint. It counts callers that fail to authenticate. */
export abstract class EntryGate {
  /**
   * Admits a request. Returns the rate limit headers (name, value, …) for a successful response. Rejects with `rate_limited` after
   * recording the rejection.
   * @param clientId the client that the request claims to be.
   */
  abstract admit(front: RawRequest, clientId: string | null): Promise<readonly string[]>;

  /** Counts a failed request, and sets the rate limit headers on the response. */
  abstract failed(front: RawRequest, clientId: string | null): void;
}
