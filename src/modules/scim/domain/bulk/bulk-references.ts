import { ScimError, shown } from '../../contract/scim-error';
import { isObject } from '../schema/schema.types';
import type { BulkOperation, Data } from './bulk-operation';

const REFERENCE = /^bulkId:(.+)$/s;

/** The value of each `bulkId`: an id after its resource is created, or `null` if the resource could not be created. */
export class BulkReferences {
  private readonly ids = new Map<string, string | null>();
  private readonly waited: ReadonlySet<string>;
  private readonly awaited = new Map<BulkOperation, readonly string[]>();

  private constructor(operations: readonly BulkOperation[]) {
    this.waited = new Set(
      operations.flatMap(({ bulkId, method, fault }) =>
        bulkId !== null && method === 'POST' && fault === null ? [bulkId] : [],
      ),
    );
  }

  /** Collects the references between operations, one operation per step. */
  static *of(operations: readonly BulkOperation[]): Generator<undefined, BulkReferences, undefined> {
    const references = new BulkReferences(operations);
    for (const operation of operations) {
      references.awaited.set(operation, references.awaitedBy(operation));
      yield;
    }
    return references;
  }

  /** Records the outcome of an operation. */
  settle({ bulkId, method, fault }: BulkOperation, id: string | null): void {
    // An operation that repeats the `bulkId` of another operation must not affect the value of that `bulkId`.
    if (bulkId !== null && method === 'POST' && fault === null) this.ids.set(bulkId, id);
  }

  /** Returns true if every reference of an operation is resolved. */
  areKnown(operation: BulkOperation): boolean {
    return (this.awaited.get(operation) ?? []).every((name) => this.isKnown(name));
  }

  isKnown(name: string): boolean {
    return this.ids.has(name) || !this.waited.has(name);
  }

  /** Replaces references in data with ids. Errors: `invalidValue` for an unknown reference. */
  resolve(data: Data): Data {
    if (typeof data === 'string') {
      const name = REFERENCE.exec(data)?.[1];
      return name === undefined ? data : this.idOf(name);
    }
    if (Array.isArray(data)) return data.map((one) => this.resolve(one));
    if (!isObject(data)) return data;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, this.resolve(value)]));
  }

  /** Replaces a reference in the path with an id. Errors: `invalidValue`. */
  resolvedPath(path: string): string {
    const [, kind = '', segment] = path.split('/');
    return segment === undefined ? path : `/${kind}/${String(this.resolve(segment))}`;
  }

  /** Returns the references of an operation to resources that other operations create. */
  private awaitedBy({ data, path, fault }: BulkOperation): readonly string[] {
    if (fault !== null) return [];
    const segment = path.split('/')[2] ?? '';
    return [...namesIn(data), ...namesIn(segment)].filter((name) => this.waited.has(name));
  }

  private idOf(name: string): string {
    const id = this.ids.get(name);
    if (typeof id === 'string') return id;
    throw new ScimError('invalidValue', `"bulkId:${shown(name)}" does not refer to a created resource.`);
  }
}

/** Returns the data without unresolved references. An object that contains one is removed entirely. */
export function stripped(data: Data, references: BulkReferences): Data {
  if (Array.isArray(data)) return data.map((one) => stripped(one, references)).filter((one) => one !== undefined);
  if (!isObject(data)) return isAwaited(data, references) ? undefined : references.resolve(data);
  const isNamed = Object.values(data).some((value) => typeof value === 'string' && isAwaited(value, references));
  if (isNamed) return undefined;
  const members = Object.entries(data).map(([key, value]) => [key, stripped(value, references)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function isAwaited(value: Data, references: BulkReferences): boolean {
  return namesIn(value).some((name) => !references.isKnown(name));
}

function namesIn(data: Data): readonly string[] {
  if (typeof data === 'string') return REFERENCE.exec(data)?.slice(1) ?? [];
  if (Array.isArray(data)) return data.flatMap(namesIn);
  return isObject(data) ? Object.values(data).flatMap(namesIn) : [];
}
