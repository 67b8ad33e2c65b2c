import type { ValidateTokenResponse } from '../generated/coresdk/v1/auth';
import type { ProblemDetail } from '../generated/coresdk/v1/common';
import { rewrittenAnswer } from '../prepared-answer';
import { isEarlyPython, type LegacyCall } from './legacy-call';
import { SentMessage } from './sent-message';
import { delimited } from './wire-fields';

/** Clients with 32-bit arithmetic misread larger values. */
const MAX_INT32 = 2 ** 31 - 1;
/** The length prefix of a longer string is not an ASCII byte. */
const MAX_TEXT = 127;

type Answer = LegacyCall['answer'];

const same: Answer = (answer) => answer;

/**
 * Converters, by path, for responses that a client reads differently from the contract (wire contract §2.3). `sent` is the request, or
 * `null` if it is unreadable. `layouts` lists the request's deviations from the contract.
 */
export const ANSWERS: Readonly<Record<string, (sent: SentMessage | null, layouts: readonly string[]) => Answer>> = {
  // These calls are remembered even if no layout was recognized, because the identity of the caller matters.
  '/coresdk.v1.AuthService/ValidateToken': (_sent, layouts) =>
    layouts.includes('raw_tenant') ? inLayoutOfEarlyPython : same,
  '/coresdk.v1.AuthService/Authorize': (sent, layouts) =>
    sent !== null && layouts.length === 0 && isContracts(sent) ? same : withReadableProblem,
  '/coresdk.v1.RateLimitService/Check': () => withSmallNumbers,
};

/**
 * Returns whether a request uses the contract's own layout. Published clients send a token and an action, but never a subject, a tenant,
 * metadata or a context.
 */
function isContracts(sent: SentMessage): boolean {
  return [1, 4, 5, 6].some((number) => sent.has(number));
}

/**
 * Converts a response for Python 0.2.1 to the layout that it reads: 1 allowed, 2 subject, 3 tenant, 4 roles, 5 reason. That client reads
 * the contract's claims as roles and raises an exception on the encoded length of a claim of 128 bytes or more. Its open mode treats the
 * exception as an allow.
 */
function inLayoutOfEarlyPython(answer: object, metadata: unknown): object {
  if (!isEarlyPython(metadata)) return answer;
  const { claims, error } = answer as Pick<ValidateTokenResponse, 'claims' | 'error'>;
  const added = [delimited(3, claims['tenant_id'] ?? ''), delimited(5, error?.detail ?? '')];
  return rewrittenAnswer(answer, (bytes) => {
    const written = SentMessage.of(bytes);
    if (written === null) throw new Error('The response is not a valid message.');
    return Buffer.from(written.rewritten(({ number }) => EARLY_PYTHON_FIELDS.get(number) ?? null, added).bytes);
  });
}

/** The field numbers from which Python 0.2.1 reads the fields of ValidateTokenResponse. It does not read the other fields. */
const EARLY_PYTHON_FIELDS: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 2],
  [3, 4],
]);

/**
 * Returns a copy whose `error` contains only ASCII bytes. TypeScript and Python read the bytes of `error` as a string, and Python raises an
 * exception if they are not UTF-8. Its open mode treats the exception as an allow. The copy therefore omits `status`, which the type also
 * conveys, and long strings.
 */
function withReadableProblem(answer: object): object {
  if (!('error' in answer) || typeof answer.error !== 'object' || answer.error === null) return answer;
  const { type, title, detail, extensions } = answer.error as ProblemDetail;
  const error: ProblemDetail = {
    type: readable(type),
    title: readable(title),
    status: 0,
    detail: readable(detail),
    instance: '',
    extensions: Object.fromEntries(
      Object.entries(extensions)
        .map(([name, text]): [string, string] => [readable(name), readable(text)])
        // Name, text and their prefixes together have one length prefix.
        .filter(([name, text]) => name.length + text.length + 4 <= MAX_TEXT),
    ),
  };
  return { ...answer, error };
}

function withSmallNumbers(answer: object): object {
  const small = (value: unknown): unknown => (typeof value === 'number' ? Math.min(value, MAX_INT32) : value);
  return Object.fromEntries(Object.entries(answer).map(([name, value]: [string, unknown]) => [name, small(value)]));
}

function readable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_TEXT);
}
