import {
  ApiError,
  type ApiErrorCode,
  evaluationFailed,
  goJson,
  indentJson,
  INPUT_WARNING,
  invalidParameter,
  jsonAnswer,
  type JsonMember,
  noObject,
  type Parameters,
  undefinedDocument,
  valueOfBody,
} from '@coresdk/rego/opa-api';
import { RegoObject } from '@coresdk/rego/values';
import { outage } from '../../../kernel/errors/app-error';
import { type ErrorCode, HTTP_STATUS } from '../../../kernel/errors/error-tables';
import type { ErrorShape } from '../../../kernel/http/errors/error-shape';
import type { DocumentQuery, PolicyDocument } from '../contract/policy.types';
import { textOf } from '../contract/input-text';

const NANOS_PER_MS = 1_000_000;
/** The maximum size of a body that is parsed again to explain the error in it. */
const MAX_EXPLAINED_CHARS = 32 * 1024;

/** Returns the response of `/v1/data`: `{"result": …}`, or an object without a result if the document is undefined. Errors: `ApiError`. */
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
    ['warning', hasInput || !('body' in query.input) ? undefined : INPUT_WARNING],
  ];
  return query.linePrefix === null ? jsonAnswer(members, false) : laidOut(members);
}

/** The indentation of a response's members. */
export const MEMBER_PREFIX = '  ';

/** Formats a response whose result is already formatted. */
function laidOut(members: readonly JsonMember[]): string {
  const lines = members.flatMap(([name, json]) => {
    if (json === undefined) return [];
    const text = name === 'result' ? json : indentJson(json).replaceAll('\n', `\n${MEMBER_PREFIX}`);
    return [`${MEMBER_PREFIX}"${name}": ${text}`];
  });
  return lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`;
}

/** Returns the response of `/v0/data` and `POST /`: the document itself. Errors: `ApiError`, including for an undefined document. */
export function answerV0(document: PolicyDocument, query: DocumentQuery): string {
  assertHad(document, query);
  const { json, decision } = document;
  if (json === null) throw undefinedDocument(query.rule, decision.code !== 'no_such_rule');
  return `${json}\n`;
}

/** Converts the product's errors to OPA's format: `{"code", "message"}`. */
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

/** Throws an error if the document was not evaluated. An undefined document counts as evaluated. */
function assertHad({ decision, error }: PolicyDocument, { input }: DocumentQuery): void {
  switch (decision.code) {
    case 'evaluation_error':
      throw evaluationFailed(error ?? { code: 'eval_internal_error', message: decision.reason });
    case 'limit':
    case 'deadline':
      throw evaluationFailed({ code: 'eval_cancel_error', message: decision.reason });
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

/** Returns the error, with OPA's own message if the text is short enough to be parsed again. */
function malformed(input: DocumentQuery['input'], reason: string): ApiError {
  const prefix = `${'body' in input ? 'body' : 'parameter'} contains malformed input document: `;
  const text = textOf(input);
  if (text === null || text.length > MAX_EXPLAINED_CHARS) return invalidParameter(prefix + reason);
  const value = valueOfBody(Buffer.from(text), false, prefix) ?? null;
  return value instanceof RegoObject ? invalidParameter(`${prefix}text behind the JSON`) : noObject(prefix, value);
}

function provenanceOf({ decision }: PolicyDocument, { tenantId }: DocumentQuery): unknown {
  const build = { version: '', build_commit: '', build_timestamp: '', build_hostname: '' };
  return { ...build, bundles: { [tenantId]: { revision: decision.version === null ? '' : String(decision.version) } } };
}

function nanosSince(began: number): number {
  return Math.round((performance.now() - began) * NANOS_PER_MS);
}
