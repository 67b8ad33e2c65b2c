import { failureData } from '../api-error.js';
import { type ApiRequest, remoteOf } from '../api-request.js';
import type { DecisionMetrics } from '../decision-metrics.js';
import type { Evaluation } from '../../policy-engine.js';
import { fromJson, parseJson, stringifyJson } from '../../values/json.js';
import { ObjectBuilder, RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';

/** A decision to log. */
export interface LoggedDecision {
  readonly request: ApiRequest;
  /** The path of a document. If it is missing, `query` is set. */
  readonly path?: string;
  readonly query?: string;
  readonly input: Value | undefined;
  readonly evaluation: Evaluation;
  readonly metrics: DecisionMetrics;
  /** The request body. The event includes all its members except `input`. */
  readonly custom: RegoObject | undefined;
}

export interface EventSetting {
  readonly decisionId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bundles: ReadonlyMap<string, { readonly revision: string }>;
  readonly headers: readonly string[];
}

/** Returns an event in the format of OPA's decision log, as input for a policy. */
export function decisionEvent(decision: LoggedDecision, setting: EventSetting): RegoObject {
  const { request, path, query, input, evaluation, metrics, custom } = decision;
  const event = new ObjectBuilder();
  const put = (name: string, value: unknown): void => {
    if (value !== undefined) event.set(name, fromJson(value));
  };
  put('labels', setting.labels);
  put('decision_id', setting.decisionId);
  const bundles = [...setting.bundles].map(
    ([name, { revision }]) => [name, revision === '' ? {} : { revision }] as const,
  );
  if (bundles.length > 0) put('bundles', Object.fromEntries(bundles));
  put('path', path === '' ? undefined : path);
  put('query', query);
  if (input !== undefined) event.set('input', input);
  // Converted to JSON, because mask rules use the paths that readers of the log see.
  if (evaluation.outcome === 'value') event.set('result', parseJson(stringifyJson(evaluation.value)));
  if (evaluation.outcome === 'error' || evaluation.outcome === 'limit') put('error', failureData(evaluation));
  put('requested_by', remoteOf(request.socket));
  put('timestamp', new Date().toISOString());
  put('metrics', metrics.data());
  put('req_id', request.id);
  const http = headersOf(request, setting.headers);
  if (http !== null) put('request_context', { http: { headers: http } });
  const metadata = metadataOf(custom);
  if (metadata !== null) event.set('custom', RegoObject.of([['request_metadata', metadata]]));
  return event.build();
}

function headersOf({ headers }: ApiRequest, names: readonly string[]): Record<string, readonly string[]> | null {
  const found = names.flatMap((name) => {
    const value = headers[name.toLowerCase()];
    return value === undefined ? [] : [[name, Array.isArray(value) ? value : [value]] as const];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}

function metadataOf(custom: RegoObject | undefined): RegoObject | null {
  const others = custom?.entries().filter(([name]) => name !== 'input') ?? [];
  return others.length === 0 ? null : RegoObject.of(others);
}
