import type { RawRequest } from '../http/request-listener';

/** A gate before an endpoint that anybody may call; it counts callers that fail to authenticate. */
export abstract class EntryGate {
  /**
   * Admits a request. Returns the headers about its limit, as name, value, …, for a good answer.
   * Rejects with `rate_limited`, once the refusal is recorded.
   * @param clientId the client that the request claims to be.
   */
  abstract admit(front: RawRequest, clientId: string | null): Promise<readonly string[]>;

  /** Counts a request that failed, and sets the headers about its limit on the response. */
  abstract failed(front: RawRequest, clientId: string | null): void;
}
