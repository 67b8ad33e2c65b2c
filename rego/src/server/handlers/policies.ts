import type { PolicySource } from '../../policy-engine.js';
import type { RegoError } from '../../errors.js';
import { moduleToData } from '../../syntax/ast-json.js';
import { parseModule } from '../../syntax/parser.js';
import { parseNumber } from '../../values/number.js';
import type { Handler, ServerContext } from '../api.js';
import type { ApiRequest } from '../api-request.js';
import { ok, type Reply } from '../reply.js';
import { ApiError, type ApiErrorCode, errorData, invalidParameter } from '../api-error.js';
import { DecisionMetrics } from '../decision-metrics.js';
import { goJson, jsonAnswer } from '../json-text.js';

/** `GET /v1/policies` */
export const listPolicies: Handler = ({ parameters }, { store }) => {
  const ids = [...store.state.modules.keys()].sort();
  const policies = ids.flatMap((id) => {
    const source = store.state.modules.get(id);
    return source === undefined ? [] : [policyJson(source)];
  });
  return ok(jsonAnswer([['result', `[${policies.join(',')}]`]], parameters.isSet('pretty')));
};

/** `GET /v1/policies/<id>` */
export const getPolicy: Handler = (request, { store }) => {
  const source = store.state.modules.get(idOf(request));
  if (source === undefined) throw notFound(idOf(request));
  return ok(jsonAnswer([['result', policyJson(source)]], request.parameters.isSet('pretty')));
};

/** `PUT /v1/policies/<id>`: creates or replaces a module if all modules compile with it. */
export const putPolicy: Handler = (request, server) => {
  const metrics = new DecisionMetrics();
  const id = idOf(request);
  const text = request.body.toString();
  const { store } = server;
  const known = store.state.modules.get(id);
  if (known !== undefined) assertOwned(server, known);
  if (known?.text === text) return done(request, metrics);
  if (/^(?:\s|#[^\n]*(?:\n|$))*$/.test(text)) throw invalidParameter(`${id}:0: rego_parse_error: empty module`);
  assertOwned(server, { path: id, text });
  const changed = metrics.time('rego_query_compile', () => store.setModule(id, text));
  if (!changed.ok) throw compileError('invalid_parameter', changed.errors, server, id, text);
  return done(request, metrics);
};

/** `DELETE /v1/policies/<id>`: deletes a module if the others compile without it. */
export const deletePolicy: Handler = (request, server) => {
  const metrics = new DecisionMetrics();
  const id = idOf(request);
  const known = server.store.state.modules.get(id);
  if (known === undefined) throw notFound(id);
  assertOwned(server, known);
  const changed = metrics.time('rego_query_compile', () => server.store.setModule(id, null));
  if (!changed.ok) throw compileError('invalid_operation', changed.errors, server, id, '');
  return done(request, metrics);
};

/** Decodes the ID, so that `a%2Fb` and `a/b` are the same. */
function idOf({ rest }: ApiRequest): string {
  try {
    return decodeURIComponent(rest);
  } catch {
    throw invalidParameter(`bad path: ${rest}`);
  }
}

const notFound = (id: string): ApiError =>
  new ApiError(404, 'resource_not_found', `storage_not_found_error: policy id ${JSON.stringify(id)}`);

/** Rejects a module in a package that a bundle owns. A module that does not parse is rejected later, with its errors. */
function assertOwned({ store }: ServerContext, source: PolicySource): void {
  const parsed = parseModule(source);
  if (parsed.ok) store.assertWritable(parsed.module.package.path);
}

function done({ parameters }: ApiRequest, metrics: DecisionMetrics): Reply {
  const members = [['metrics', parameters.isSet('metrics') ? metrics.json() : undefined]] as const;
  return ok(jsonAnswer(members, parameters.isSet('pretty')));
}

function compileError(
  code: ApiErrorCode,
  errors: readonly RegoError[],
  { maxErrors, store }: ServerContext,
  id: string,
  text: string,
): ApiError {
  const textOf = (file: string): string | undefined => (file === id ? text : store.state.modules.get(file)?.text);
  const details = errors.slice(0, maxErrors).map((error) => errorData(error, textOf));
  return new ApiError(400, code, 'error(s) occurred while compiling module(s)', details);
}

/** Returns a module with the syntax tree of its source. OPA returns the tree as rewritten by its compiler. */
function policyJson(source: PolicySource): string {
  const parsed = parseModule(source);
  const tree = parsed.ok ? moduleToData(parsed.module, (number) => parseNumber(number) ?? Number(number)) : null;
  return `{"id":${goJson(source.path)},"raw":${goJson(source.text)},"ast":${goJson(tree)}}`;
}
