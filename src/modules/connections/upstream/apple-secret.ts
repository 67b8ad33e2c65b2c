import { createPrivateKey, sign } from 'node:crypto';
import type { ClientAuth } from 'openid-client';

const AUDIENCE = 'https://appleid.apple.com';
/** Long enough for one request. Apple allows six months. */
const LIFETIME_SECONDS = 300;

export interface AppleKey {
  readonly teamId: string;
  readonly keyId: string;
  /** The P-256 private key in PEM. */
  readonly privateKey: string;
}

/** Authenticates a client at Apple, whose client secret is a JWT that the app signs (ES256), sent in the body. */
export function appleClientAuth(key: AppleKey, nowMs: () => number): ClientAuth {
  return (_server, { client_id: clientId }, body) => {
    body.set('client_id', clientId);
    body.set('client_secret', appleClientSecret(key, clientId, nowMs()));
  };
}

/** Returns a client secret for Apple's token endpoint, valid for five minutes. */
export function appleClientSecret({ teamId, keyId, privateKey }: AppleKey, clientId: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const header = { alg: 'ES256', kid: keyId, typ: 'JWT' };
  const claims = { iss: teamId, iat: seconds, exp: seconds + LIFETIME_SECONDS, aud: AUDIENCE, sub: clientId };
  const content = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  // JWS signatures are the two numbers one after the other, not DER (RFC 7518 §3.4).
  const signature = sign('sha256', Buffer.from(content), {
    key: createPrivateKey(privateKey),
    dsaEncoding: 'ieee-p1363',
  });
  return `${content}.${signature.toString('base64url')}`;
}
