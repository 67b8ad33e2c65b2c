import { createHmac, type Hmac, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;
/** Maximum number of signatures to check per message. A sender adds one signature for each valid secret. */
const MAX_SIGNATURES = 8;

/** Returns a new secret in the Standard Webhooks format: `whsec_` and base64 of 256 random bits. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** One message to a webhook. */
export interface WebhookMessage {
  /** Id of the message, the same for every attempt, so that a receiver can detect duplicates. */
  readonly id: string;
  /** The time of this attempt, in Unix seconds. */
  readonly seconds: number;
  readonly body: string;
}

/**
 * Returns the headers of a delivery (Standard Webhooks 1.0). The signature covers the id, the time and the body.
 * @param secrets one secret, plus the previous secret while both are valid during a rotation. Each secret yields a signature; spaces
 * separate the signatures.
 */
export function webhookHeaders(
  secrets: readonly string[],
  { id, seconds, body }: WebhookMessage,
): Readonly<Record<string, string>> {
  const content = `${id}.${seconds}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': secrets.map((secret) => `v1,${signature(secret, content)}`).join(' '),
  };
}

/** A message as received, not yet verified. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly timestamp: string;
  readonly body: Uint8Array;
}

/**
 * Returns whether a message is signed with one of the secrets (Standard Webhooks 1.0). The time it takes does not reveal how much of a
 * signature is correct. The caller checks the message's time. @param header `webhook-signature`; versions other than `v1` are skipped.
 */
export function isWebhookSigned(secrets: readonly string[], message: ReceivedWebhook, header: string): boolean {
  const given = header
    .split(' ', MAX_SIGNATURES)
    .filter((one) => one.startsWith('v1,'))
    .map((one) => Buffer.from(one.slice(3), 'base64'));
  const begin = Buffer.from(`${message.id}.${message.timestamp}.`);
  const wanted = secrets.map((secret) => hmac(secret).update(begin).update(message.body).digest());
  return wanted.some((one) => given.some((other) => one.length === other.length && timingSafeEqual(one, other)));
}

function signature(secret: string, content: string): string {
  return hmac(secret).update(content).digest('base64');
}

function hmac(secret: string): Hmac {
  return createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'));
}
