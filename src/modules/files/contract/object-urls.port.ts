import type { CallContext } from '../../../kernel/context/call-context';

/** The facts about a kept object in its URL. */
export interface ObjectPlace {
  readonly id: string;
  /** The name for saving it, which may contain slashes. */
  readonly name: string;
  /** The name in the audit log, such as `job-…/report.csv`. */
  readonly resource: string;
}

/**
 * URLs that let their bearer download a kept object on behalf of the caller who signed them; the backend serves them. They expire like
 * signed URLs of files, and when the object is deleted.
 */
export abstract class ObjectUrlsPort {
  /**
   * Signs a URL.
   * @param ttlSeconds 1 to 86,400, a day; a URL from an agent expires with its token.
   */
  abstract sign(context: CallContext, object: ObjectPlace, ttlSeconds: number): string;
}
