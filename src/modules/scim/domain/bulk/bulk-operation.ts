import type { AppError } from '../../../../kernel/errors/app-error';
import type { ScimMethod } from '../../contract/scim.types';

/** JSON as sent. */
export type Data = unknown;

/** One operation of a bulk request. */
export interface BulkOperation {
  readonly method: ScimMethod;
  readonly path: string;
  readonly bulkId: string | null;
  /** An entity tag with the same meaning as `If-Match` in other requests. */
  readonly version: string | null;
  readonly data: Data;
  /** The reason why the operation cannot run at all; `null` if there is none. */
  readonly fault: AppError | null;
}
