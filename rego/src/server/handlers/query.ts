import { LimitExceeded } from '../../errors.js';
import type { BudgetLimits } from '../../evaluate/budget.js';
import { parseJson, stringifyJson } from '../../values/json.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';
import type { Handler, ServerContext } from '../api.js';
import type { ApiRequest } from '../api-request.js';
import { ok, type Reply } from '../reply.js';
import { ApiError, errorData, evaluationError, invalidParameter } from '../api-error.js';
import { DecisionMetrics } from '../decision-metrics.js';
import { explainMode, Explanation } from '../explanation.js';
import { jsonAnswer, type JsonMember } from '../json-text.js';
import { isGroundTerm } from '../ground-term.js';
import { jsonKindOf, valueOfBody } from '../request-body.js';
import { assertNoUnsafeCall } from '../unsafe-calls.js';

const DECODING = 'error(s) occurred while decoding request: ';

/** `GET /v1/query?q=…` */
export const getQuery: Handler = (request, server) => {
  const query = request.parameters.last('q');
  if (query === undefined) throw invalidParameter("missing parameter 'q'");
  return run(request, server, { query, input: undefined });
};

/** `POST /v1/query` with `{"query": …, "input": …}` */
export const postQuery: Handler = (request, server) => {
  const document = request.parsedBody ?? valueOfBody(request.body, false, DECODING);
  if (document === undefined) throw invalidParameter(`${DECODING}EOF`);
  if (document !== null && !(document instanceof RegoObject)) {
    throw invalidParameter(
      `${DECODING}json: cannot unmarshal ${jsonKindOf(document)} into Go value of type types.QueryRequestV1`,
    );
  }
  const query = document?.get('query') ?? '';
  if (typeof query !== 'string') {
    throw invalidParameter(
      `${DECODING}json: cannot unmarshal ${jsonKindOf(query)} into Go struct field QueryRequestV1.query of type string`,
    );
  }
  return run(request, server, { query, input: document?.get('input') ?? undefined });
};

function run(
  request: ApiRequest,
  server: ServerContext,
  { query, input }: { readonly query: string; readonly input: Value | undefined },
): Reply {
  const { parameters } = request;
  if (query.trim() === '') throw new ApiError(500, 'internal_error', 'cannot evaluate empty query');
  const metrics = new DecisionMetrics();
  assertNoUnsafeCall(query);
  const prepared = metrics.time('rego_query_compile', () => server.store.state.policy.prepareQuery(query));
  if (!prepared.ok) {
    const isSyntax = prepared.errors.some(({ code }) => code === 'rego_parse_error');
    const errors = prepared.errors.slice(0, server.maxErrors).map((error) => errorData(error, () => query));
    throw new ApiError(
      400,
      'invalid_parameter',
      `error(s) occurred while ${isSyntax ? 'parsing' : 'compiling'} query`,
      errors,
    );
  }
  const mode = explainMode(parameters);
  const explanation = mode === 'off' ? undefined : new Explanation(mode);
  const { plain } = server.decisions;
  const evaluation = metrics.time('rego_query_eval', () =>
    prepared.query.evaluate(input, explanation === undefined ? plain : { ...plain, trace: explanation }),
  );
  if (evaluation.outcome !== 'results') {
    server.decisionLogger?.log({ request, query, input, evaluation, metrics, custom: undefined });
    throw evaluationError(evaluation);
  }
  const isFalse = evaluation.bindings.length === 0 && isFalseTerm(query, input, server);
  const results = isFalse ? '[{}]' : resultsJson(evaluation.bindings, plain.limits);
  server.decisionLogger?.log({
    request,
    query,
    input,
    evaluation: { outcome: 'value', value: parseJson(results) },
    metrics,
    custom: undefined,
  });
  const pretty = parameters.isSet('pretty');
  const hasMetrics = parameters.isSet('metrics') || parameters.isSet('instrument');
  const members: readonly JsonMember[] = [
    ['explanation', explanation?.json(pretty)],
    ['metrics', hasMetrics ? metrics.json() : undefined],
    ['result', results === '[]' ? undefined : results],
  ];
  return ok(jsonAnswer(members, pretty));
}

/** OPA returns the value of a query that consists of one false term, whereas the engine does not return a result for such a query. */
function isFalseTerm(query: string, input: Value | undefined, { store, decisions }: ServerContext): boolean {
  if (!isGroundTerm(query)) return false;
  const prepared = store.state.policy.prepareQuery(`x := (${query})`);
  if (!prepared.ok) return false;
  const evaluation = prepared.query.evaluate(input, decisions.plain);
  return evaluation.outcome === 'results' && evaluation.bindings[0]?.get('x') === false;
}

/** The maximum size of a response, in characters. */
const MAX_ANSWER_CHARS = 64 * 1024 * 1024;

/** Returns the results as JSON, within the time limit of an evaluation. Errors: `LimitExceeded`. */
function resultsJson(
  results: readonly ReadonlyMap<string, Value>[],
  { deadlineMs = Number.POSITIVE_INFINITY }: Partial<BudgetLimits> = {},
): string {
  const endsAt = performance.now() + deadlineMs;
  let chars = 0;
  const onGrowth = (length: number): void => {
    chars += length;
    if (chars > MAX_ANSWER_CHARS)
      throw new LimitExceeded('memory', `the response has more than ${MAX_ANSWER_CHARS} characters`);
    if (performance.now() > endsAt)
      throw new LimitExceeded('deadline', `the response took longer than ${deadlineMs} ms`);
  };
  return `[${results.map((bindings) => stringifyJson(RegoObject.of(bindings), undefined, onGrowth)).join(',')}]`;
}
