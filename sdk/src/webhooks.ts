import { fromBase64, base64, isSame } from './auth/base64.js';
import { CpodError } from './errors.js';
import type { CloudEvent } from './generated/schemas.js';

export type { CloudEvent } from './generated/schemas.js';

/** The delivery is not from the holder of the secret, or is not recent. Respond with 400 or 401, and do nothing else. */
export class SignatureError extends CpodError {
  static readonly label: string = 'SignatureError';
}

/** The request headers, in the form of the Fetch standard or of Node. */
export type ReceivedHeaders = Pick<Headers, 'get'> | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** The raw body, before any parser: parsing and serializing can change it. */
  readonly body: string | Uint8Array;
  readonly headers: ReceivedHeaders;
  /** The secret, `whsec_…`; several secrets during a rotation. */
  readonly secret: string | readonly string[];
  /** The maximum difference between the delivery time and now, in seconds: 300 by default. */
  readonly toleranceSeconds?: number | undefined;
  /** The current time in Unix milliseconds; from the clock by default. */
  readonly nowMs?: number | undefined;
}

/** A verified event. */
export interface VerifiedDelivery {
  /** The ID, which is the same for each attempt. Store it to avoid processing an event twice. */
  readonly id: string;
  readonly event: CloudEvent;
}

/**
 * Verifies a delivery by its signature (Standard Webhooks 1.0) and returns its event. Errors: `SignatureError` for a missing
 * header, a time too far from the current time, or a signature that was created for a different body or with a different secret.
 */
export async function verify(options: VerifyOptions): Promise<VerifiedDelivery> {
  const { headers, toleranceSeconds = 300, nowMs = Date.now() } = options;
  const [id, seconds, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(headers, name),
  );
  if (!id || !seconds || !signatures) throw new SignatureError('A header of the signature is missing.');
  if (!/^\d{1,12}$/.test(seconds) || !(Math.abs(nowMs / 1000 - Number(seconds)) <= toleranceSeconds)) {
    throw new SignatureError('The delivery time is too far from the current time.');
  }
  const bytes = typeof options.body === 'string' ? new TextEncoder().encode(options.body) : options.body;
  const content = joined(new TextEncoder().encode(`${id}.${seconds}.`), bytes);
  const expected = await Promise.all([options.secret].flat().map((secret) => signatureOf(secret, content)));
  const given = signatures.split(' ').filter((one) => one.startsWith('v1,'));
  // All signatures are compared, so that the duration does not reveal which signature matched.
  const hits = given.flatMap((one) => expected.map((own) => isSame(one, `v1,${own}`)));
  if (!hits.includes(true)) throw new SignatureError('The signature does not match this secret.');
  return { id, event: JSON.parse(new TextDecoder().decode(bytes)) as CloudEvent };
}

export interface SignOptions {
  readonly body: string;
  /** The secret, `whsec_…`. */
  readonly secret: string;
  /** The ID of the delivery, which is the same for each attempt; random by default. */
  readonly id?: string | undefined;
  /** The current time in Unix milliseconds; from the clock by default. */
  readonly nowMs?: number | undefined;
}

/** Returns the headers of a signed call (Standard Webhooks 1.0), such as a call that starts a workflow. */
export async function sign(options: SignOptions): Promise<Readonly<Record<string, string>>> {
  const { body, secret, id = crypto.randomUUID(), nowMs = Date.now() } = options;
  const seconds = Math.floor(nowMs / 1000);
  const signature = await signatureOf(secret, new TextEncoder().encode(`${id}.${seconds}.${body}`));
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}

async function signatureOf(secret: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = secretBytes(secret);
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return base64(new Uint8Array(await crypto.subtle.sign('HMAC', key, content)));
}

function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  try {
    const bytes = fromBase64(secret.replace(/^whsec_/, ''));
    // Anyone can guess an empty key.
    if (bytes.length >= 16) return bytes;
  } catch {
    // Reported below.
  }
  throw new SignatureError('The secret is not a webhook secret: it must be "whsec_" followed by base64.');
}

function headerOf(headers: ReceivedHeaders, name: string): string | undefined {
  const value = isFetchHeaders(headers) ? headers.get(name) : headers[name];
  return typeof value === 'string' ? value : undefined;
}

function isFetchHeaders(headers: ReceivedHeaders): headers is Pick<Headers, 'get'> {
  return typeof headers.get === 'function';
}

function joined(head: Uint8Array, rest: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(head.length + rest.length);
  all.set(head);
  all.set(rest, head.length);
  return all;
}
