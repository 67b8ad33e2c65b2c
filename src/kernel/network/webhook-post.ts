import { types } from 'node:util';
import { ForbiddenAddress } from './guarded-lookup';
import { guardedRequest, LateAnswer } from './guarded-request';
import { webhookHeaders, type WebhookMessage } from './webhook-signature';
import { addressRule } from './public-address';

const TIMEOUT_MS = 10_000;
/** Nobody reads it; more is taken for a fault of the receiver. */
const ANSWER_BYTES = 64 * 1024;
const REASON_CHARS = 256;

/** Where a message goes, and what it is signed with. */
export interface WebhookReceiver {
  readonly url: string;
  /** One, or also the one before it while a rotation lets both count. */
  readonly secrets: readonly string[];
  readonly contentType: string;
  /** Whether it may be in the private network, and plain http: only when the operator has said so. */
  readonly mayBePrivate: boolean;
}

/** What a receiver answered. */
export interface WebhookAnswer {
  readonly status: number;
  /** `Retry-After` as it was sent (RFC 9110 §10.2.3); `null` without one. */
  readonly retryAfter: string | null;
}

/**
 * Sends one message to a receiver that somebody else chose, and follows no redirect. Resolves with its answer, whatever the
 * status; rejects when there is none, for which {@link whyNotTaken} has words.
 */
export async function postWebhook(receiver: WebhookReceiver, message: WebhookMessage): Promise<WebhookAnswer> {
  const { url, secrets, contentType, mayBePrivate } = receiver;
  const { status, headers } = await guardedRequest(new URL(url), {
    method: 'POST',
    headers: {
      'Content-Type': contentType,
      'User-Agent': 'CoreSDK-Webhooks/1',
      ...webhookHeaders(secrets, message),
    },
    body: message.body,
    timeoutMs: TIMEOUT_MS,
    limitBytes: ANSWER_BYTES,
    httpsOnly: !mayBePrivate,
    maxRedirects: 0,
    isAllowed: addressRule(mayBePrivate),
  });
  return { status, retryAfter: headers['retry-after'] ?? null };
}

/** Whether a receiver has taken a message. */
export function isTaken({ status }: WebhookAnswer): boolean {
  return status >= 200 && status <= 299;
}

/** What went wrong on the way, in words that name no address: which one a name leads to is not a tenant's to learn. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The receiver refused the connection.',
  ECONNRESET: 'The receiver broke the connection off.',
  ENOTFOUND: 'The host of the URL has no address.',
  EAI_AGAIN: 'The address of the host could not be looked up.',
};

/** Words for the tenant, of ours or of the guard: they name neither URL, nor address, nor secret. */
export function whyNotTaken(fault: unknown): string {
  if (fault instanceof ForbiddenAddress) return 'The URL leads to an address that is not public.';
  if (fault instanceof LateAnswer) return `The receiver did not answer within ${fault.timeoutMs / 1_000} seconds.`;
  if (!types.isNativeError(fault)) return 'The message could not be sent.';
  const { code = '' } = fault as NodeJS.ErrnoException;
  // The system's own words name addresses and paths; codes of ours are in lower case, and their words for everybody.
  const isOfSystem = /^[A-Z][A-Z0-9_]+$/.test(code);
  const words = isOfSystem ? (WORDS[code] ?? `It could not be delivered (${code}).`) : fault.message;
  return words.slice(0, REASON_CHARS);
}
