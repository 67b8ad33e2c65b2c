import {
  ApiError,
  type ApiErrorCode,
  goJson,
  indentJson,
  invalidParameter,
  jsonKindOf,
  jsonAnswer,
  type JsonMember,
  type Parameters,
  valueOfBody,
} from '@coresdk/rego/opa-api';
import { outage } from '../../../kernel/errors/app-error';
import { type ErrorCode, HTTP_STATUS } from '../../../kernel/errors/error-tables';
import type { ErrorShape } from '../../../kernel/http/errors/error-shape';
import type { DocumentError, DocumentQuery, PolicyDocument } from '../contract/policy.types';

const NANOS_PER_MS = 1_000_000;
const WARNING = goJson({ code: 'api_usage_warning', message: "'input' key missing from the request" });
/** A larger body is not read again to say what is wrong with it. */
const MAX_EXPLAINED_CHARS = 32 * 1024;

/** The answer of `/v1/data`: `{"result": …}`, without a result where the document is undefined. Errors: `ApiError`. */
export function answerV1(
  document: PolicyDocument,
  query: DocumentQuery,
  parameters: Parameters,
  began: number,
): string {
  assertHad(document, query);
  const { json, hasInput } = document;
  const hasMetrics = parameters.isSet('metrics') || parameters.isSet('instrument');
  const members: readonly JsonMember[] = [
    ['provenance', parameters.isSet('provenance') ? goJson(provenanceOf(document, query)) : undefined],
    ['metrics', hasMetrics ? goJson({ timer_server_handler_ns: nanosSince(began) }) : undefined],
    ['result', json ?? undefined],
    ['warning', hasInput || !('body' in query.input) ? undefined : WARNING],
  ];
  return query.linePrefix === null ? jsonAnswer(members, false) : laidOut(members);
}

/** Indents the members of an answer. */
export const MEMBER_PREFIX = '  ';

/** An answer that is laid out; its result is already. */
function laidOut(members: readonly JsonMember[]): string {
  const lines = members.flatMap(([name, json]) => {
    if (json === undefined) return [];
    const text = name === 'result' ? json : indentJson(json).replaceAll('\n', `\n${MEMBER_PREFIX}`);
    return [`${MEMBER_PREFIX}"${name}": ${text}`];
  });
  return lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`;
}

/** The answer of `/v0/data` and of `POST /`: the document itself. Errors: `ApiError`, also for one that is undefined. */
export function answerV0(document: PolicyDocument, query: DocumentQuery): string {
  assertHad(document, query);
  const { json, decision } = document;
  if (json === null) {
    const what = decision.code === 'no_such_rule' ? 'document missing' : 'document undefined';
    throw new ApiError(404, 'undefined_document', `${what}: ${query.rule}`);
  }
  return `${json}\n`;
}

/** The errors of the product as OPA has them: `{"code", "message"}`. */
export const opaErrors: ErrorShape = ({ code, message, headers }) => {
  const status = HTTP_STATUS[code];
  const error = new ApiError(status, OPA_CODE[code] ?? 'internal_error', message);
  return { status, contentType: 'application/json', headers, body: error.body };
};

const OPA_CODE: Partial<Readonly<Record<ErrorCode, ApiErrorCode>>> = {
  invalid_request: 'invalid_parameter',
  payload_too_large: 'invalid_parameter',
  unauthorized: 'unauthorized',
  forbidden: 'unauthorized',
  not_found: 'resource_not_found',
};

/** Lets pass a document that was had, if only to be undefined. */
function assertHad({ decision, error }: PolicyDocument, { input }: DocumentQuery): void {
  switch (decision.code) {
    case 'evaluation_error':
      throw failed(error ?? { code: 'eval_internal_error', message: decision.reason });
    case 'limit':
    case 'deadline':
      throw failed({ code: 'eval_cancel_error', message: decision.reason });
    case 'tenant_wall':
      throw new ApiError(403, 'unauthorized', decision.reason);
    case 'invalid_input':
      throw malformed(input, decision.reason);
    case 'unavailable':
      throw outage(decision.outage ?? 'policy_unavailable');
    case null:
    case 'denied':
    case 'no_such_rule':
    case 'not_boolean':
    case 'undefined':
      return;
  }
}

function failed(error: DocumentError): ApiError {
  return new ApiError(500, 'internal_error', 'error(s) occurred while evaluating query', [error]);
}

/** In OPA's own words, where the text is short enough to be read once more. */
function malformed(input: DocumentQuery['input'], reason: string): ApiError {
  if ('value' in input) return invalidParameter(reason);
  const [what, text] = 'body' in input ? ['body', input.body] : ['parameter', input.json];
  const prefix = `${what} contains malformed input document: `;
  if (text.length > MAX_EXPLAINED_CHARS) return invalidParameter(prefix + reason);
  const value = valueOfBody(Buffer.from(text), false, prefix);
  const kind = value === undefined ? 'null' : jsonKindOf(value);
  return invalidParameter(
    kind === 'object'
      ? `${prefix}text behind the JSON`
      : `${prefix}json: cannot unmarshal ${kind} into Go value of type types.alias`,
  );
}

function provenanceOf({ decision }: PolicyDocument, { tenantId }: DocumentQuery): unknown {
  const build = { version: '', build_commit: '', build_timestamp: '', build_hostname: '' };
  return { ...build, bundles: { [tenantId]: { revision: decision.version === null ? '' : String(decision.version) } } };
}

function nanosSince(began: number): number {
  return Math.round((performance.now() - began) * NANOS_PER_MS);
}
