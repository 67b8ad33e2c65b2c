import { types } from 'node:util';
import { ForbiddenAddress } from './ssrf-guarded-lookup';
import { guardedRequest, LateAnswer } from './ssrf-guarded-request';
import { webhookHeaders, type WebhookMessage } from './webhook-signature';
import { addressRule } from './public-address';

const TIMEOUT_MS = 10_000;
/** Maximum size of a response, whose body is not used. A larger response counts as the receiver's fault. */
const ANSWER_BYTES = 64 * 1024;
const REASON_CHARS = 256;

/** The destination and the signing secrets of a message. */
export interface WebhookReceiver {
  readonly url: string;
  /** One secret, plus the previous secret while both are valid during a rotation. */
  readonly secrets: readonly string[];
  readonly contentType: string;
  /** True if the receiver is allowed to be in the private network or to use plain HTTP, which only the operator can allow. */
  readonly mayBePrivate: boolean;
}

/** The response of a receiver. */
export interface WebhookAnswer {
  readonly status: number;
  /** `Retry-After` as sent (RFC 9110 §10.2.3); `null` if there is none. */
  readonly retryAfter: string | null;
}

/**
 * Sends one message to a receiver whose URL comes from an untrusted source, and does not follow redirects. Resolves with the receiver's
 * response, whatever the status. Rejects if there is no response; {@link rejectionReason} explains the error.
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

/** Returns whether a receiver has accepted a message. */
export function isAccepted({ status }: WebhookAnswer): boolean {
  return status >= 200 && status <= 299;
}

/** Messages for network faults. They do not contain addresses, because a tenant must not learn which address a name resolves to. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The receiver refused the connection.',
  ECONNRESET: 'The receiver closed the connection.',
  ENOTFOUND: 'The host of the URL has no address.',
  EAI_AGAIN: 'The address of the host could not be looked up.',
};

/** Returns a message for the tenant, from this file or from the guard. It contains no URL, address or secret. */
export function rejectionReason(fault: unknown): string {
  if (fault instanceof ForbiddenAddress) return 'The URL leads to an address that is not public.';
  if (fault instanceof LateAnswer) return `The receiver did not respond within ${fault.timeoutMs / 1_000} seconds.`;
  if (!types.isNativeError(fault)) return 'The message could not be sent.';
  const { code = '' } = fault as NodeJS.ErrnoException;
  // The system's own messages contain addresses and paths. The codes of this product are lowercase, and the messages of those errors are
  // safe to show.
  const isOfSystem = /^[A-Z][A-Z0-9_]+$/.test(code);
  const message = isOfSystem ? (WORDS[code] ?? `The message could not be delivered (${code}).`) : fault.message;
  return message.slice(0, REASON_CHARS);
}
