import { treesOf } from '../../partial/residual.js';
import type { PartialOptions } from '../../policy-engine.js';
import { RegoObject } from '../../values/object.js';
import { isArray } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import { ApiError, errorData, evaluationError, invalidParameter } from '../api-error.js';
import type { ApiRequest } from '../api-request.js';
import type { Handler } from '../api.js';
import { DecisionMetrics } from '../decision-metrics.js';
import { goJson, jsonAnswer } from '../json-text.js';
import { ok } from '../reply.js';
import { jsonKindOf, valueOfBody } from '../request-body.js';
import { assertNoUnsafeCall } from '../unsafe-calls.js';

const DECODING = 'error(s) occurred while decoding request: ';

/** `POST /v1/compile`: evaluates a query as far as possible without the unknowns, and returns the rest as syntax trees. */
export const postCompile: Handler = (request, server) => {
  if (request.rest !== '') {
    throw invalidParameter('database filters are not supported: POST /v1/compile returns residual queries');
  }
  const { query, input, options } = readRequest(request);
  assertNoUnsafeCall(query);
  const metrics = new DecisionMetrics();
  const result = metrics.time('rego_partial_eval', () =>
    server.store.state.policy.partial(query, input, { ...server.decisions.plain, ...options }),
  );
  switch (result.outcome) {
    case 'partial': {
      const { queries, support } = treesOf(result);
      const left = {
        ...(queries.length === 0 ? {} : { queries }),
        ...(support.length === 0 ? {} : { support }),
      };
      const { parameters } = request;
      const hasMetrics = parameters.isSet('metrics') || parameters.isSet('instrument');
      const members = [
        ['result', goJson(left)],
        ['metrics', hasMetrics ? metrics.json() : undefined],
      ] as const;
      return ok(jsonAnswer(members, parameters.isSet('pretty')));
    }
    case 'invalid': {
      const isSyntax = result.errors.some(({ code }) => code === 'rego_parse_error');
      const errors = result.errors.slice(0, server.maxErrors).map((error) => errorData(error, () => query));
      const what = isSyntax ? 'parsing query' : 'compiling module(s)';
      throw new ApiError(400, 'invalid_parameter', `error(s) occurred while ${what}`, errors);
    }
    case 'error':
    case 'limit':
      throw evaluationError(result);
  }
};

interface Question {
  readonly query: string;
  readonly input: Value | undefined;
  readonly options: PartialOptions;
}

/** Reads the request body. Errors: `ApiError` 400 with the message of Go's decoder for an invalid body. */
function readRequest({ parsedBody, body }: ApiRequest): Question {
  const document = parsedBody ?? valueOfBody(body, false, DECODING);
  if (document === undefined) throw invalidParameter(`${DECODING}EOF`);
  if (document !== null && !(document instanceof RegoObject)) {
    throw invalidParameter(
      `${DECODING}json: cannot unmarshal ${jsonKindOf(document)} into Go value of type types.CompileRequestV1`,
    );
  }
  const member = (name: string): Value | null => document?.get(name) ?? null;
  const query = member('query');
  if (query !== null && typeof query !== 'string') throw wrongType(query, 'query', 'string');
  if (query === null || query === '') throw invalidParameter("missing required 'query' value");
  const options = member('options');
  if (options !== null && !(options instanceof RegoObject)) {
    throw wrongType(options, 'options', 'struct { DisableInlining []string; NondeterministicBuiltins bool }');
  }
  const nondeterministic = options?.get('nondeterministicBuiltins') ?? false;
  if (typeof nondeterministic !== 'boolean')
    throw wrongType(nondeterministic, 'options.nondeterministicBuiltins', 'bool');
  const unknowns = texts(member('unknowns'), 'unknowns');
  const disableInlining = texts(options?.get('disableInlining') ?? null, 'options.disableInlining');
  return {
    query,
    input: member('input') ?? undefined,
    options: {
      nondeterministicBuiltins: nondeterministic,
      ...(unknowns === undefined ? {} : { unknowns }),
      ...(disableInlining === undefined ? {} : { disableInlining }),
    },
  };
}

function texts(value: Value | null, name: string): readonly string[] | undefined {
  if (value === null) return undefined;
  if (!isArray(value)) throw wrongType(value, name, '[]string');
  return value.map((item) => {
    if (typeof item === 'string') return item;
    throw wrongType(item, name, 'string');
  });
}

const wrongType = (value: Value, field: string, type: string): ApiError =>
  invalidParameter(
    `${DECODING}json: cannot unmarshal ${jsonKindOf(value)} into Go struct field CompileRequestV1.${field} of type ${type}`,
  );
