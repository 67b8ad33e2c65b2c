import { LimitExceeded } from '../../errors.js';
import { toJson } from '../../values/json.js';
import { RegoObject } from '../../values/object.js';
import { isArray } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import type { Handler, ServerContext } from '../api.js';
import type { ApiRequest } from '../api-request.js';
import { empty, ok, type Reply } from '../reply.js';
import { errorText, invalidParameter } from '../api-error.js';
import { makeWay, readAt, type Write, type WriteOperation, writeTo } from '../data-document.js';
import { parseWritePath } from '../data-path.js';
import { DecisionMetrics } from '../decision-metrics.js';
import { jsonAnswer } from '../json-text.js';
import { jsonKindOf, valueOfBody } from '../request-body.js';

/** `PUT /v1/data/<path>`: creates or overwrites a document; with `If-None-Match: *`, only creates one. */
export const putData: Handler = (request, server) => {
  const metrics = new DecisionMetrics();
  const value = metrics.time('rego_input_parse', () => bodyOf(request));
  const path = parseWritePath(request.rest);
  server.store.assertWritable(path);
  const { data } = server.store.state;
  const exists = readAt(data, path) !== undefined;
  if (exists && request.headers['if-none-match'] === '*') return empty(304);
  const way = exists ? data : makeWay(data, path.slice(0, -1));
  change(server, writeTo(way, { op: 'add', path, value }));
  return done(request, metrics);
};

/** `PATCH /v1/data/<path>`: applies a JSON patch (RFC 6902) with the operations that OPA supports: add, remove and replace. */
export const patchData: Handler = (request, server) => {
  const metrics = new DecisionMetrics();
  const operations = metrics.time('rego_input_parse', () => operationsOf(bodyOf(request)));
  const writes = operations.map((operation) => writeOf(request.rest, operation));
  const { deadlineMs = PATCH_MS } = server.decisions.plain.limits ?? {};
  const endsAt = performance.now() + deadlineMs;
  let { data } = server.store.state;
  for (const write of writes) {
    server.store.assertWritable(write.path);
    data = writeTo(data, write);
    if (performance.now() > endsAt) throw new LimitExceeded('deadline', `the patch took longer than ${deadlineMs} ms`);
  }
  change(server, data);
  return done(request, metrics);
};

/** `DELETE /v1/data/<path>` */
export const deleteData: Handler = (request, server) => {
  const metrics = new DecisionMetrics();
  const path = parseWritePath(request.rest);
  server.store.assertWritable(path);
  change(server, writeTo(server.store.state.data, { op: 'remove', path, value: null }));
  return done(request, metrics);
};

function change({ store }: ServerContext, data: RegoObject): void {
  const changed = store.setData(data);
  if (!changed.ok) throw invalidParameter(errorText(changed.errors));
}

function done({ parameters }: ApiRequest, metrics: DecisionMetrics): Reply {
  return parameters.isSet('metrics') ? ok(jsonAnswer([['metrics', metrics.json()]], false)) : empty(204);
}

function bodyOf({ body }: ApiRequest): Value {
  const value = valueOfBody(body, false, '');
  if (value === undefined) throw invalidParameter('EOF');
  return value;
}

/** The time limit for a patch if evaluations do not have a time limit. */
const PATCH_MS = 2_000;

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: Value;
}

function operationsOf(value: Value): readonly Operation[] {
  if (value === null) return [];
  if (!isArray(value)) {
    throw invalidParameter(`json: cannot unmarshal ${jsonKindOf(value)} into Go value of type []types.PatchV1`);
  }
  return value.map((operation) => {
    const { op = '', path = '' } = (toJson(operation) ?? {}) as { op?: unknown; path?: unknown };
    const written = operation instanceof RegoObject ? operation.get('value') : undefined;
    return { op: String(op), path: String(path), value: written ?? null };
  });
}

const OPERATIONS: Readonly<Record<string, WriteOperation>> = { add: 'add', remove: 'remove', replace: 'replace' };

function writeOf(root: string, { op: name, path, value }: Operation): Write {
  const op = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (op === undefined) throw invalidParameter(`bad patch operation: ${name}`);
  const below = path.replace(/^\/+|\/+$/g, '');
  try {
    const pointer = [...parseWritePath(root), ...parseWritePath(below)];
    return { op, value, path: pointer.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')) };
  } catch {
    throw invalidParameter(`bad patch path: ${path}`);
  }
}
