import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A new secret in the form of Standard Webhooks: `whsec_` and base64 of 256 random bits. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** One message to a webhook. */
export interface WebhookMessage {
  /** The same at every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  /** Unix seconds of this attempt. */
  readonly seconds: number;
  readonly body: string;
}

/**
 * The headers of a delivery (Standard Webhooks 1.0). The signature is over id, time and body.
 * @param secrets one, or also the one before it while a rotation lets both count: a signature by each, apart by a space.
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

function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(content).digest('base64');
}
