import type { ProblemDetail } from '../generated/coresdk/v1/common';
import type { SentMessage } from './sent-message';

/** Clients in 32-bit arithmetic take what is beyond for something else. */
const MAX_INT32 = 2 ** 31 - 1;
/** The length before a text of more is a byte that is no ASCII. */
const MAX_TEXT = 127;

type Answer = (answer: object) => object;

const same: Answer = (answer) => answer;

/**
 * What a client reads otherwise than the contract says in the answers of a path (wire contract §2.3); `sent` is the request,
 * `null` for one that could not be read.
 */
export const ANSWERS: Readonly<Record<string, (sent: SentMessage | null, isTranslated: boolean) => Answer>> = {
  // The same, but whose call it is counts.
  '/coresdk.v1.AuthService/ValidateToken': () => same,
  '/coresdk.v1.AuthService/Authorize': (sent, isTranslated) =>
    sent !== null && !isTranslated && isContracts(sent) ? same : withReadableProblem,
  '/coresdk.v1.RateLimitService/Check': () => withSmallNumbers,
};

/** Published clients send a token and what to do with it: never a subject, a tenant, metadata or a context. */
function isContracts(sent: SentMessage): boolean {
  return [1, 4, 5, 6].some((number) => sent.has(number));
}

/**
 * TypeScript and Python read the bytes of `error` as a text, and Python raises where they are no UTF-8, which its open mode
 * takes for an allow. So nothing in it is a byte beyond ASCII: no `status`, which the type tells too, and no long text.
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
        // Name, text and what is before each make one length.
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
