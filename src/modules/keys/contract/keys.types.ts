import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

/** The change feed topic for key changes. Each change is keyed by the `kid`. */
export const KEYS_TOPIC = 'keys';

/** A public key as a JWK (RFC 7517 §4, RFC 7518 §6.3.1). */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

export const KEY_STATUSES = ['next', 'active', 'retired'] as const;

/**
 * A `next` key is published but does not sign yet, the `active` key signs, and a `retired` key stays published until the last token that it
 * signed expires.
 */
export type KeyStatus = (typeof KEY_STATUSES)[number];

/** A key for checking signatures. */
export interface VerificationKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
}

const time = z.iso.datetime();

/** A signing key in the form that operators see, without the private part. */
const signingKey = z
  .object({
    kid: z.string(),
    alg: z.literal('RS256'),
    status: z.enum(KEY_STATUSES).describe('next: published, does not sign yet. active: signs. retired: only verifies.'),
    createdAt: time,
    publishedAt: time.nullable().describe('The time by which the key was certainly in the JWK Set.'),
    signsFrom: time.nullable().describe('The time from which the key may sign: every cache has it then.'),
    activatedAt: time.nullable(),
    retiredAt: time.nullable(),
    publishedUntil: time
      .nullable()
      .describe('The time at which the key leaves the JWK Set: all its tokens have expired by then.'),
  })
  .meta({ id: 'SigningKey' });

export const signingKeyList = z
  .object({
    items: z.array(signingKey),
    nextCursor: z.null(),
    rotatesAt: time.nullable().describe('The time of the next automatic rotation; null when it is off.'),
  })
  .meta({ id: 'SigningKeyList' });

export const keyRotationOrder = z
  .strictObject({
    emergency: z
      .boolean()
      .default(false)
      .describe('A new key signs immediately, and all signatures of other keys become invalid immediately.'),
  })
  .meta({ id: 'KeyRotationOrder' });

export const keyRotation = z
  .object({
    kid: z.string().describe('The key that signs now.'),
    emergency: z.boolean(),
    nextKid: z.string().describe('The key that is published from now on and signs after the next rotation.'),
    removedKids: z
      .array(z.string())
      .describe('Keys whose signatures are no longer valid: in an emergency, all other keys.'),
    notice: z.string().describe('The effect on tokens that are already issued.'),
  })
  .meta({ id: 'KeyRotation' });

export type SigningKey = Readonly<z.infer<typeof signingKey>>;
export type SigningKeyList = Readonly<z.infer<typeof signingKeyList>>;
export type KeyRotationOrder = Readonly<z.infer<typeof keyRotationOrder>>;
export type KeyRotation = Readonly<z.infer<typeof keyRotation>>;
