import type { RawRequest } from '../http/request-listener';

/** What stands before an endpoint that anybody may call, and counts those that fail to prove who they are. */
export abstract class EntryGate {
  /**
   * Lets a request on; the headers that tell of its limit, as name, value, …, for a good answer.
   * Rejects with `rate_limited`, once the refusal is recorded.
   * @param clientId the client that the request claims to be.
   */
  abstract admit(front: RawRequest, clientId: string | null): Promise<readonly string[]>;

  /** Counts a request that failed, and sets the headers that tell of its limit on the response. */
  abstract failed(front: RawRequest, clientId: string | null): void;
}
