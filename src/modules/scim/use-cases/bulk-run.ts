import { requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { newId } from '../../../kernel/ids/ids';
import type { Logger } from '../../../kernel/telemetry/logger';
import type { WorkOrigin } from '../../../kernel/threads/slow-work';
import { tenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import type { ScimAnswer, ScimCaller, ScimRequest } from '../contract/scim.types';
import type { BulkOperation, Data } from '../domain/bulk/bulk-operation';
import { type BulkReferences, stripped } from '../domain/bulk/bulk-references';
import type { BulkRequest } from '../domain/bulk/bulk-request';
import { scimFault } from '../contract/scim-fault';
import { isObject } from '../domain/schema/schema.types';
import type { ResourceAnswers } from './resource-answers';

/** Maximum number of concurrent operations. The database can commit them together. */
const LANES = 8;

/** Runs one operation. */
export type RunOperation = (caller: ScimCaller, request: ScimRequest) => Promise<ScimAnswer>;

interface Done {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: object;
}

/**
 * The operations of one `/Bulk`. They run in waves: an operation that refers to another operation by its `bulkId` waits for that operation,
 * regardless of their order. Resources that refer to each other in a cycle are created without these references, which are added after all
 * the resources exist.
 */
export class BulkRun {
  private readonly results: (Done | undefined)[];
  private readonly pending: Set<number>;
  private errors = 0;

  constructor(
    private readonly caller: ScimCaller,
    private readonly request: BulkRequest,
    private readonly references: BulkReferences,
    private readonly run: RunOperation,
    private readonly answers: ResourceAnswers,
    private readonly logger: Logger,
  ) {
    this.results = request.operations.map(() => undefined);
    this.pending = new Set(request.operations.keys());
  }

  private get origin(): WorkOrigin {
    return { kind: 'scim.bulk', tenantId: requireTenant(this.caller.context) };
  }

  /** Returns the result of each operation; `undefined` for an operation that was skipped after failures. */
  async finish(): Promise<readonly (Done | undefined)[]> {
    while (this.pending.size > 0 && !this.isOver()) {
      const wave = this.wave();
      if (wave.length > 0) await this.inLanes(wave);
      else await this.breakCircle();
    }
    return this.results;
  }

  /**
   * Returns true if processing must stop. Errors are counted only if the request sets `failOnErrors`. In that case, operations run one
   * after another.
   */
  private isOver(): boolean {
    return this.request.failOnErrors !== null && this.errors >= this.request.failOnErrors;
  }

  /** Returns the operations that can run now: they do not wait for another operation, and no earlier operation has the same path. */
  private wave(): readonly number[] {
    const paths = new Set<string>();
    const wave: number[] = [];
    for (const index of this.pending) {
      const operation = this.operationAt(index);
      const isFree = operation.method === 'POST' || !paths.has(operation.path);
      paths.add(operation.path);
      if (isFree && this.references.areKnown(operation)) wave.push(index);
      if (wave.length > 0 && this.request.failOnErrors !== null) break;
    }
    return wave;
  }

  private async inLanes(wave: readonly number[]): Promise<void> {
    const queue = [...wave];
    const lane = async (): Promise<void> => {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) await this.perform(index);
    };
    await Promise.all(Array.from({ length: Math.min(LANES, wave.length) }, lane));
  }

  private async perform(index: number): Promise<void> {
    const operation = this.operationAt(index);
    this.pending.delete(index);
    let { path } = operation;
    try {
      if (operation.fault !== null) throw operation.fault;
      path = this.references.resolvedPath(path);
      // The tenant scheduler runs the operations so that, even in combination, concurrent operations do not block the main thread.
      const data = await tenantScheduler.run(this.origin, () => this.references.resolve(operation.data));
      const answer = await this.ask(operation, data, path);
      this.results[index] = this.done(operation, answer, path);
      this.references.settle(operation, idOf(answer));
    } catch (error) {
      this.fail(index, operation, error, path);
    }
  }

  private fail(index: number, operation: BulkOperation, error: unknown, path: string): void {
    const { method } = operation;
    const { body } = scimFault(error);
    if (Number(body.status) >= 500) {
      const { requestId } = this.caller.context;
      this.logger.error({ err: error, requestId }, 'An operation of a bulk request failed');
    }
    this.results[index] = {
      ...named(operation),
      ...(method === 'POST' ? {} : { location: this.answers.urlOf(path) }),
      status: body.status,
      response: body,
    };
    this.references.settle(operation, null);
    this.errors += 1;
  }

  /** Returns the result of an operation. RFC 7644 §3.7.3: each result reports the location of its resource, or its former location. */
  private done(operation: BulkOperation, { status, location, etag }: ScimAnswer, path: string): Done {
    return {
      ...named(operation),
      location: location ?? this.answers.urlOf(path),
      ...(etag === null ? {} : { version: etag }),
      status: String(status),
    };
  }

  /** Creates the first resource of a cycle without the unresolved references, then the other resources, and then adds the references. */
  private async breakCircle(): Promise<void> {
    const index = [...this.pending].find((one) => this.operationAt(one).method === 'POST');
    if (index === undefined) {
      for (const one of [...this.pending]) await this.perform(one);
      return;
    }
    const operation = this.operationAt(index);
    this.pending.delete(index);
    try {
      const made = await this.ask(operation, stripped(operation.data, this.references), operation.path);
      const id = idOf(made);
      this.references.settle(operation, id);
      this.results[index] = this.done(operation, made, operation.path);
      await this.finish();
      await this.complete(index, operation, id ?? '');
    } catch (error) {
      this.fail(index, operation, error, operation.path);
    }
  }

  /** Completes a resource, or deletes it if that fails, so that no resource is left half created. */
  private async complete(index: number, operation: BulkOperation, id: string): Promise<void> {
    const path = `${operation.path}/${id}`;
    const data = this.references.resolve(operation.data);
    const { password: _password, ...rest } = isObject(data) ? data : {};
    try {
      const answer = await this.ask({ ...operation, method: 'PUT', version: null }, rest, path);
      this.results[index] = this.done(operation, { ...answer, status: 201 }, path);
    } catch (error) {
      await this.ask({ ...operation, method: 'DELETE', version: null }, undefined, path);
      throw circleFault(error);
    }
  }

  private ask(operation: BulkOperation, body: Data, path: string): Promise<ScimAnswer> {
    const context = { ...this.caller.context, auditEventId: newId('aud') };
    return this.run(
      { ...this.caller, context },
      {
        method: operation.method,
        path: path.split('/').slice(1),
        query: new URLSearchParams(),
        body,
        ifMatch: operation.version,
        ifNoneMatch: null,
      },
    );
  }

  private operationAt(index: number): BulkOperation {
    const operation = this.request.operations[index];
    if (operation === undefined) throw new Error('This operation does not exist.');
    return operation;
  }
}

/** Returns the error for circular references that cannot be resolved. RFC 7644 §3.7.1 requires 409. */
function circleFault(cause: unknown): unknown {
  if (!(cause instanceof AppError) || cause.code !== 'invalid_request') return cause;
  return new AppError('conflict', `Resources that refer to each other in a cycle cannot be stored: ${cause.message}`, {
    cause,
  });
}

function idOf({ body, location }: ScimAnswer): string | null {
  if (isObject(body) && typeof body['id'] === 'string') return body['id'];
  return location?.split('/').at(-1) ?? null;
}

function named({ method, bulkId }: BulkOperation): Pick<Done, 'method' | 'bulkId'> {
  return { method, ...(bulkId === null ? {} : { bulkId }) };
}
