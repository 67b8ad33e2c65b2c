import type { CallContext } from '../../../kernel/context/call-context';

/** The facts about a kept object that its URL contains. */
export interface ObjectPlace {
  readonly id: string;
  /** The name for saving the object, which can contain slashes. */
  readonly name: string;
  /** The name in the audit log, such as `job-…/report.csv`. */
  readonly resource: string;
}

/**
 * URLs that let their bearer download a kept object on behalf of the caller who signed them; the backend serves them. They expire like
 * signed file URLs, and become invalid when the object is deleted.
 */
export abstract class ObjectUrlsPort {
  /**
   * Signs a URL.
   * @param ttlSeconds 1 to 86,400 (one day); an agent's URL also expires with the agent's token.
   */
  abstract sign(context: CallContext, object: ObjectPlace, ttlSeconds: number): string;
}
