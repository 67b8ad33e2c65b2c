import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Secret } from '../../src/kernel/config/secret';
import { newUlid } from '../../src/kernel/ids/ids';
import type { PublicJwk } from '../../src/modules/keys/contract/keys.types';
import { Sealer } from '../../src/kernel/sealing/sealer';
import type { Installation } from './installation';

type Json = Readonly<Record<string, unknown>>;

/** Creates tokens that an installation would never issue, signed with its own key or with other keys. */
export class TokenForge {
  private constructor(
    private readonly claims: Json,
    readonly kid: string,
    readonly jwk: PublicJwk,
    readonly ownKey: KeyObject,
    readonly strangersKey: KeyObject,
  ) {}

  /** @param claims the claims of a valid token, to be changed one by one. */
  static async open(installation: Installation, claims: Json): Promise<TokenForge> {
    const rows = await installation.query<{ kid: string; public_jwk: PublicJwk; sealed_private: Buffer }>(
      `SELECT kid, public_jwk, sealed_private FROM keys.signing_keys WHERE status = 'active'`,
    );
    const row = rows[0];
    if (!row) throw new Error('There is no active signing key.');
    const sealer = new Sealer(new Secret(installation.secrets.masterKey));
    const der = sealer.open(row.sealed_private, `keys/signing_keys/${row.kid}`);
    const ownKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return new TokenForge(claims, row.kid, row.public_jwk, ownKey, privateKey);
  }

  /** Returns a token as the installation issues it, with the given changes; `undefined` removes a member. */
  mint(claims: Json = {}, header: Json = {}, key: KeyObject = this.ownKey): string {
    const input = this.input(claims, header);
    const hash = header['alg'] === 'RS512' ? 'sha512' : 'sha256';
    return `${input}.${sign(hash, Buffer.from(input), key).toString('base64url')}`;
  }

  /** Returns the same token signed with HMAC, as in the attack that uses the public key as the secret. */
  mintWithHmac(secret: string): string {
    const input = this.input({}, { alg: 'HS256' });
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  }

  /** Returns a token with any payload text. */
  mintRaw(payload: string): string {
    const input = `${encode({ alg: 'RS256', typ: 'at+jwt', kid: this.kid })}.${Buffer.from(payload).toString('base64url')}`;
    return `${input}.${sign('sha256', Buffer.from(input), this.ownKey).toString('base64url')}`;
  }

  unsigned(): string {
    return `${this.input({}, { alg: 'none' })}.`;
  }

  private input(claims: Json, header: Json): string {
    const now = Math.floor(Date.now() / 1000);
    const good = { ...this.claims, iat: now, exp: now + 3600, jti: newUlid() };
    const protectedHeader = { alg: 'RS256', typ: 'at+jwt', kid: this.kid, ...header };
    return `${encode(protectedHeader)}.${encode({ ...good, ...claims })}`;
  }
}

function encode(value: Json): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
