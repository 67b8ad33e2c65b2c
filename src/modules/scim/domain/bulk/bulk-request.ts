import { AppError } from '../../../../kernel/errors/app-error';
import { SCIM_LIMITS, type ScimMethod } from '../../contract/scim.types';
import { ScimError } from '../../contract/scim-error';
import { isObject } from '../schema/schema.types';
import type { BulkOperation } from './bulk-operation';

const REQUEST_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const PATH = /^\/(Users|Groups)(\/[^/?#\s]+)?$/;

/** Maximum nesting of objects and lists in `data`. A resource has five levels. */
const MAX_DEPTH = 16;

export interface BulkRequest {
  /** Number of errors after which processing stops; `null` for never. */
  readonly failOnErrors: number | null;
  readonly operations: readonly BulkOperation[];
}

/**
 * Reads a bulk request, one operation per step. Errors: `invalidSyntax`; `payload_too_large` for too many operations. An invalid operation
 * is returned with its error.
 */
export function* readBulk(body: unknown, isLenient: boolean): Generator<undefined, BulkRequest, undefined> {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.');
  const { schemas, failOnErrors = null, Operations: operations } = body;
  if (!isLenient && !(Array.isArray(schemas) && schemas.includes(REQUEST_URN))) {
    throw new ScimError('invalidSyntax', `"schemas" must name "${REQUEST_URN}".`);
  }
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new ScimError('invalidSyntax', '"Operations" must be a list with at least one operation.');
  }
  if (operations.length > SCIM_LIMITS.maxBulkOperations) {
    throw new AppError(
      'payload_too_large',
      `A bulk request can have at most ${SCIM_LIMITS.maxBulkOperations} operations.`,
    );
  }
  if (failOnErrors !== null && !(Number.isSafeInteger(failOnErrors) && Number(failOnErrors) > 0)) {
    throw new ScimError('invalidValue', '"failOnErrors" must be a whole number, at least 1.');
  }
  const seen = new Set<string>();
  const read: BulkOperation[] = [];
  for (const operation of operations as readonly unknown[]) {
    read.push(readOperation(operation, seen));
    yield;
  }
  return { failOnErrors: failOnErrors === null ? null : Number(failOnErrors), operations: read };
}

function readOperation(sent: unknown, seen: Set<string>): BulkOperation {
  const { method, path, bulkId, version, data } = isObject(sent) ? sent : {};
  const named = typeof method === 'string' ? method.toUpperCase() : '';
  const id = typeof bulkId === 'string' && bulkId !== '' ? bulkId : null;
  const isRepeated = id !== null && seen.has(id);
  if (id !== null) seen.add(id);
  const fault = (): ScimError | null => {
    if (named !== 'POST' && named !== 'PUT' && named !== 'PATCH' && named !== 'DELETE') {
      return new ScimError('invalidSyntax', '"method" must be "POST", "PUT", "PATCH" or "DELETE".');
    }
    const parts = typeof path === 'string' ? PATH.exec(path) : null;
    if (parts === null || (parts[2] === undefined) !== (named === 'POST')) {
      return new ScimError('invalidPath', '"path" must be "/Users" or "/Groups", followed by an id except for POST.');
    }
    if (named === 'POST' && id === null) return new ScimError('invalidSyntax', 'A POST must have a "bulkId".');
    if (isRepeated) return new ScimError('invalidSyntax', 'A previous operation has this "bulkId".');
    if (named !== 'DELETE' && !isObject(data)) return new ScimError('invalidSyntax', '"data" must be an object.');
    return isDeeperThan(MAX_DEPTH, data) ? new ScimError('invalidSyntax', '"data" is nested too deeply.') : null;
  };
  return {
    method: (named === '' ? 'POST' : named) as ScimMethod,
    path: typeof path === 'string' ? path : '',
    bulkId: id,
    version: typeof version === 'string' && version !== '' ? version : null,
    data: data,
    fault: fault(),
  };
}

function isDeeperThan(depth: number, data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return depth === 0 || Object.values(data).some((part) => isDeeperThan(depth - 1, part));
}
