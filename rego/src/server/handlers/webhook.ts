import { indentJson } from '../json-text.js';
import { stringifyJson } from '../../values/json.js';
import type { Handler, ServerContext } from '../api.js';
import type { ApiRequest } from '../api-request.js';
import { ok, type Reply } from '../reply.js';
import { evaluationError, undefinedDocument } from '../api-error.js';
import { DecisionMetrics } from '../decision-metrics.js';
import { valueOfBody } from '../request-body.js';

const MALFORMED = 'unexpected parse error for input: body contains malformed input document: ';

/** `POST /v0/data/<path>`, for webhooks: the body is the input, and the response is the document. */
export const postDataV0: Handler = (request, server) => decide(request, server, request.rest);

/** `POST /`: returns the default decision. */
export const postDefaultDecision: Handler = (request, server) => decide(request, server, server.config.defaultDecision);

function decide(request: ApiRequest, server: ServerContext, path: string): Reply {
  const metrics = new DecisionMetrics();
  // An empty body is the input `null`, as in OPA.
  const input = metrics.time(
    'rego_input_parse',
    () => request.parsedBody ?? valueOfBody(request.body, request.isYaml, MALFORMED) ?? null,
  );
  const { decision, isKnown } = metrics.time('rego_query_compile', () => server.decisions.at(path));
  metrics.cacheHit(isKnown);
  const evaluation = metrics.time('rego_query_eval', () => decision.evaluate(input, server.decisions.plain));
  server.decisionLogger?.log({ request, path, input, evaluation, metrics, custom: undefined });
  if (evaluation.outcome === 'error' || evaluation.outcome === 'limit') throw evaluationError(evaluation);
  if (evaluation.outcome === 'undefined') {
    const hasRules = server.store.state.policy.rules().some(({ path: rule }) => isRelated(rule, decision.reference));
    throw undefinedDocument(decision.reference, hasRules);
  }
  const json = stringifyJson(evaluation.value);
  return ok(`${request.parameters.isSet('pretty') ? indentJson(json) : json}\n`);
}

/** Returns whether a rule defines the document at a reference, or a part of it. */
const isRelated = (rule: string, reference: string): boolean =>
  rule === reference ||
  rule.startsWith(`${reference}.`) ||
  (/^[.[]/.test(reference.slice(rule.length)) && reference.startsWith(rule));
