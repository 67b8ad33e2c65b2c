import { newId } from '../../../kernel/ids/ids';
import type { ScimAnswer, ScimCaller, ScimRequest } from '../contract/scim.types';
import type { BulkOperation, Data } from '../domain/bulk/bulk-operation';
import { BulkReferences, stripped } from '../domain/bulk/bulk-references';
import { type BulkRequest, readBulk } from '../domain/bulk/bulk-request';
import { DIALECTS } from '../domain/dialect';
import { scimFault } from '../contract/scim-fault';
import { isObject } from '../domain/schema/schema.types';

const RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
/** Operations at once: the store commits them together. */
const LANES = 8;

type Run = (caller: ScimCaller, request: ScimRequest) => Promise<ScimAnswer>;

interface Done {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: object;
}

/**
 * `/Bulk` (RFC 7644 §3.7): many operations, each by itself. They are done in waves: what names another by its `bulkId`
 * waits for that, in whichever order they come; resources that name each other in a circle are made without the names,
 * which are added once all are there.
 */
export class ScimBulk {
  constructor(private readonly run: Run) {}

  async answer(caller: ScimCaller, { body }: ScimRequest): Promise<ScimAnswer> {
    const request = readBulk(body, DIALECTS[caller.preset].isLenient);
    const done = await new BulkRun(caller, request, this.run).finish();
    const operations = done.filter((one) => one !== undefined);
    return { status: 200, body: { schemas: [RESPONSE_URN], Operations: operations }, location: null, etag: null };
  }
}

class BulkRun {
  private readonly references: BulkReferences;
  private readonly results: (Done | undefined)[];
  private readonly pending: Set<number>;
  private errors = 0;

  constructor(
    private readonly caller: ScimCaller,
    private readonly request: BulkRequest,
    private readonly run: Run,
  ) {
    this.references = new BulkReferences(request.operations);
    this.results = request.operations.map(() => undefined);
    this.pending = new Set(request.operations.keys());
  }

  async finish(): Promise<readonly (Done | undefined)[]> {
    while (this.pending.size > 0 && !this.isOver()) {
      const wave = this.wave();
      if (wave.length > 0) await this.inLanes(wave);
      else await this.breakCircle();
    }
    return this.results;
  }

  /** Errors are counted only where somebody asked for that, and then one operation goes after the other. */
  private isOver(): boolean {
    return this.request.failOnErrors !== null && this.errors >= this.request.failOnErrors;
  }

  /** What can be done now: it waits for nothing, and nothing before it is about the same. */
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
    let done: Done;
    try {
      if (operation.fault !== null) throw operation.fault;
      const answer = await this.ask(
        operation,
        this.references.resolve(operation.data),
        this.references.resolvedPath(operation.path),
      );
      done = toDone(operation, answer);
      this.references.settle(operation, idOf(answer));
    } catch (error) {
      done = failed(operation, error);
      this.references.settle(operation, null);
      this.errors += 1;
    }
    this.results[index] = done;
  }

  /** Makes the first of a circle without the names that are not known yet, the others, and then adds the names. */
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
      this.results[index] = toDone(operation, made);
      await this.finish();
      await this.complete(index, operation, id ?? '');
    } catch (error) {
      this.references.settle(operation, null);
      this.results[index] = failed(operation, error);
      this.errors += 1;
    }
  }

  /** What cannot be completed is not left half made. */
  private async complete(index: number, operation: BulkOperation, id: string): Promise<void> {
    const path = `${operation.path}/${id}`;
    const data = this.references.resolve(operation.data);
    const { password: _password, ...rest } = isObject(data) ? data : {};
    try {
      const answer = await this.ask({ ...operation, method: 'PUT', version: null }, rest, path);
      this.results[index] = toDone(operation, { ...answer, status: 201 });
    } catch (error) {
      await this.ask({ ...operation, method: 'DELETE', version: null }, undefined, path);
      throw error;
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
    if (operation === undefined) throw new Error('There is no such operation.');
    return operation;
  }
}

function idOf({ body, location }: ScimAnswer): string | null {
  if (isObject(body) && typeof body['id'] === 'string') return body['id'];
  return location?.split('/').at(-1) ?? null;
}

function toDone({ method, bulkId }: BulkOperation, { status, location, etag }: ScimAnswer): Done {
  return {
    method,
    ...(bulkId === null ? {} : { bulkId }),
    ...(location === null ? {} : { location }),
    ...(etag === null ? {} : { version: etag }),
    status: String(status),
  };
}

function failed({ method, bulkId, path }: BulkOperation, error: unknown): Done {
  const { body } = scimFault(error);
  return {
    method,
    ...(bulkId === null ? {} : { bulkId }),
    ...(method === 'POST' ? {} : { location: path }),
    status: body.status,
    response: body,
  };
}
