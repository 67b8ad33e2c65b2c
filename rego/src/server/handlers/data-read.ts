import { goJson, INPUT_WARNING, jsonAnswer, type JsonMember } from '../json-text.js';
import type { Evaluation } from '../../policy-engine.js';
import { parseJson, stringifyJson } from '../../values/json.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';
import type { Handler, ServerContext } from '../api.js';
import type { ApiRequest } from '../api-request.js';
import { ok, type Reply } from '../reply.js';
import { evaluationError, invalidParameter } from '../api-error.js';
import { DecisionMetrics } from '../decision-metrics.js';
import { explainMode, Explanation } from '../explanation.js';
import { provenanceOf } from '../provenance.js';
import { noObject, valueOfBody } from '../request-body.js';

const MALFORMED = 'body contains malformed input document: ';

/** `GET /v1/data/<path>`, with the input as a parameter. */
export const getData: Handler = (request, server) => {
  const metrics = new DecisionMetrics();
  const input = metrics.time('rego_input_parse', () => inputParameter(request));
  return answer(request, server, { input, metrics, warning: undefined, custom: undefined });
};

/** `POST /v1/data/<path>`, with `{"input": …}`. */
export const postData: Handler = (request, server) => {
  if (request.parameters.isEmpty && server.decisionLogger === null) return quickAnswer(request, server);
  const metrics = new DecisionMetrics();
  const { input, custom } = metrics.time('rego_input_parse', () => inputOf(request));
  const warning = input === undefined ? INPUT_WARNING : undefined;
  return answer(request, server, { input, metrics, warning, custom });
};

/** Handles requests without parameters whose decisions are not logged. These include nearly all requests for which performance matters. */
function quickAnswer(request: ApiRequest, server: ServerContext): Reply {
  const { input } = inputOf(request);
  const evaluation = server.decisions.at(request.rest).decision.evaluate(input, server.decisions.plain);
  if (evaluation.outcome === 'error' || evaluation.outcome === 'limit') throw evaluationError(evaluation);
  if (input === undefined) {
    const result = evaluation.outcome === 'value' ? stringifyJson(evaluation.value) : undefined;
    return ok(
      jsonAnswer(
        [
          ['result', result],
          ['warning', INPUT_WARNING],
        ],
        false,
      ),
    );
  }
  return ok(evaluation.outcome === 'value' ? `{"result":${stringifyJson(evaluation.value)}}\n` : '{}\n');
}

function inputParameter({ parameters }: ApiRequest): Value | undefined {
  const text = parameters.last('input');
  if (text === undefined) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalidParameter(`parameter contains malformed input document: ${why}`);
  }
}

interface Asked {
  readonly input: Value | undefined;
  /** The other members of the body, which the decision log includes. */
  readonly custom: RegoObject | undefined;
}

/** Returns the `input` member of the body. A missing member and `null` mean no input. */
function inputOf({ body, isYaml, parsedBody }: ApiRequest): Asked {
  const document = parsedBody ?? valueOfBody(body, isYaml, MALFORMED);
  if (document === undefined || document === null) return { input: undefined, custom: undefined };
  if (!(document instanceof RegoObject)) {
    if (parsedBody !== undefined) return { input: undefined, custom: undefined };
    throw noObject(MALFORMED, document);
  }
  const input = document.get('input') ?? undefined;
  return { input, custom: document };
}

interface Question {
  readonly input: Value | undefined;
  readonly metrics: DecisionMetrics;
  readonly warning: string | undefined;
  readonly custom: RegoObject | undefined;
}

function answer(request: ApiRequest, server: ServerContext, question: Question): Reply {
  const { parameters } = request;
  const { input, metrics, warning } = question;
  const { decision, isKnown } = metrics.time('rego_query_compile', () => server.decisions.at(request.rest));
  metrics.cacheHit(isKnown);
  const mode = explainMode(parameters);
  const explanation = mode === 'off' ? undefined : new Explanation(mode);
  const options = parameters.isSet('strict-builtin-errors') ? server.decisions.strict : server.decisions.plain;
  const evaluation = metrics.time('rego_query_eval', () =>
    decision.evaluate(input, explanation === undefined ? options : { ...options, trace: explanation }),
  );
  const decisionId = server.decisionLogger?.log({
    request,
    path: request.rest,
    input,
    evaluation,
    metrics,
    custom: question.custom,
  });
  if (evaluation.outcome === 'error' || evaluation.outcome === 'limit') throw evaluationError(evaluation);
  const pretty = parameters.isSet('pretty');
  const hasMetrics = parameters.isSet('metrics') || parameters.isSet('instrument');
  const members: readonly JsonMember[] = [
    ['decision_id', decisionId === undefined ? undefined : JSON.stringify(decisionId)],
    ['provenance', parameters.isSet('provenance') ? goJson(provenanceOf(server)) : undefined],
    ['explanation', explanationOf(explanation, evaluation, pretty)],
    ['metrics', hasMetrics ? metrics.json() : undefined],
    ['result', evaluation.outcome === 'value' ? stringifyJson(evaluation.value) : undefined],
    ['warning', warning],
  ];
  return ok(jsonAnswer(members, pretty));
}

/** OPA explains an undefined document only in the mode `full`. */
function explanationOf(
  explanation: Explanation | undefined,
  evaluation: Evaluation,
  pretty: boolean,
): string | undefined {
  if (explanation === undefined) return undefined;
  return evaluation.outcome === 'value' || explanation.mode === 'full' ? explanation.json(pretty) : undefined;
}
