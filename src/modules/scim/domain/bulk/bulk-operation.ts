import type { AppError } from '../../../../kernel/errors/app-error';
import type { ScimMethod } from '../../contract/scim.types';

/** JSON as it was sent. */
export type Data = unknown;

/** One operation of a bulk request. */
export interface BulkOperation {
  readonly method: ScimMethod;
  readonly path: string;
  readonly bulkId: string | null;
  /** An entity tag: what `If-Match` is elsewhere. */
  readonly version: string | null;
  readonly data: Data;
  /** Why it cannot be done at all; `null`: nothing is known against it. */
  readonly fault: AppError | null;
}
