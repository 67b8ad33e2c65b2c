import type { CallContext } from '../../../kernel/context/call-context';

/** Of an object that is kept, what a URL tells of it. */
export interface ObjectPlace {
  readonly id: string;
  /** By which it is saved; slashes part it. */
  readonly name: string;
  /** As the audit log names it, such as `job-…/report.csv`. */
  readonly resource: string;
}

/**
 * URLs by which whoever has them may get an object that is kept, as the caller who made them; the backend serves them. They
 * end as signed URLs of files do, and with the object.
 */
export abstract class ObjectUrlsPort {
  /** @param ttlSeconds 1 to 86,400, a day; a URL of an agent ends with its token. */
  abstract sign(context: CallContext, object: ObjectPlace, ttlSeconds: number): string;
}
