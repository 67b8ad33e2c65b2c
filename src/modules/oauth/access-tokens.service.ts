import { hash, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { InjectConfig } from '../../kernel/config/inject-config';
import { AppError, outageOf } from '../../kernel/errors/app-error';
import { maxEntries } from '../../kernel/memory/max-entries';
import { Clock } from '../../kernel/time/clock';
import { KeysPort } from '../keys/contract/keys.port';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import {
  ACCESS_TOKEN_TYP,
  accessTokenClaims,
  type AccessTokenClaims,
  isForTheIssuer,
  MCP_PATH,
  type TokenRefusal,
  type TokenVerdict,
} from './contract/access-token.types';
import type { AccessTokensPort } from './contract/access-tokens.port';
import { ApiKeyClaims } from './api-key-claims';
import { oauthConfig, type OauthConfig } from './oauth.config';

/** Maximum number of verified tokens cached by hash. Each uses about 1 kB, or 3 kB once it has been introspected. */
const CACHED = 20_000;
/** Maximum token length. Our tokens are far shorter. Longer tokens are not worth a signature check. */
const MAX_TOKEN_CHARS = 16_384;
const BEARER = /^Bearer\s+/i;

interface Verified {
  readonly claims: AccessTokenClaims;
  readonly verdict: TokenVerdict;
  readonly kid: string;
}

@Injectable()
export class AccessTokensService implements AccessTokensPort {
  private readonly verified = new LRUCache<string, Verified>(maxEntries(CACHED));
  private readonly audiences: string[];

  constructor(
    private readonly keys: KeysPort,
    private readonly revocations: RevocationsPort,
    private readonly apiKeys: ApiKeyClaims,
    private readonly clock: Clock,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {
    this.audiences = [config.ISSUER_URL, config.ISSUER_URL + MCP_PATH, ...config.AUDIENCES];
  }

  async verify(presented: string): Promise<TokenVerdict> {
    const token = presented.replace(BEARER, '').trim();
    if (token.length > MAX_TOKEN_CHARS) return refuse('token_malformed');
    try {
      if (this.apiKeys.claims(token)) return await this.apiKeys.verify(token);
      // Keyed by hash, so that this process does not keep valid tokens in memory. Hashing is far cheaper than the signature check.
      const key = hash('sha256', token, 'base64url');
      const cached = this.verified.get(key);
      if (cached) return this.judge(cached);
      const fresh = await this.check(token);
      this.verified.set(key, fresh);
      return this.judge(fresh);
    } catch (error) {
      if (error instanceof AppError) return unavailable(error);
      return refuse(refusalOf(error));
    }
  }

  async verifyForIssuer(presented: string): Promise<TokenVerdict> {
    const verdict = await this.verify(presented);
    return !verdict.valid || isForTheIssuer(verdict.claims) ? verdict : refuse('token_wrong_audience');
  }

  isKnownAudience(audience: string): boolean {
    return this.audiences.includes(audience);
  }

  /** Checks the conditions that can change after the signature check: the time, revocations, and the signing key's validity. */
  private judge({ claims, verdict, kid }: Verified): TokenVerdict {
    if (claims.exp * 1000 <= this.clock.nowMs()) return refuse('token_expired');
    const facts = {
      jti: claims.jti,
      clientId: claims.client_id,
      tenantId: claims.tenant_id,
      userId: claims.user_id,
      sessionId: claims.sid,
      grantId: claims.grant_id,
      roles: claims.roles,
    };
    // This check comes first. If the cache is stale, a token whose signature was once valid is then reported as `unavailable`, not as
    // invalid.
    const isRevoked = this.revocations.isRevoked(facts);
    if (!this.keys.verificationKey(kid)) return refuse('token_signature_invalid');
    if (isRevoked) return refuse('token_revoked');
    // Checks each parent in the same way as the token itself: an agent's token ends with its parent, even if it was issued by a process
    // that had not received the parent's revocation.
    const parents = claims.parent_jtis ?? [];
    return parents.some((jti) => this.revocations.isRevoked({ ...facts, jti })) ? refuse('token_revoked') : verdict;
  }

  private async check(token: string): Promise<Verified> {
    const { payload, protectedHeader } = await jwtVerify(token, (header) => this.keyFor(header), {
      algorithms: ['RS256'],
      typ: ACCESS_TOKEN_TYP,
      issuer: this.config.ISSUER_URL,
      audience: this.audiences,
      requiredClaims: ['exp', 'iat', 'jti', 'client_id', 'tenant_id'],
      currentDate: new Date(this.clock.nowMs()),
    });
    const claims = Object.freeze(accessTokenClaims.parse(payload));
    const verdict = Object.freeze({ valid: true, claims, ...customOf(payload) } as const);
    return { claims, verdict, kid: protectedHeader.kid ?? '' };
  }

  private keyFor(header: JWTHeaderParameters): KeyObject {
    const key = this.keys.verificationKey(header.kid ?? '');
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  }
}

/** Returns the claims of a token that the product does not know: those of its tenant. */
function customOf(payload: JWTPayload): { readonly custom?: Readonly<Record<string, unknown>> } {
  const custom = Object.entries(payload).filter(([name]) => !Object.hasOwn(accessTokenClaims.shape, name));
  return custom.length === 0 ? {} : { custom: Object.freeze(Object.fromEntries(custom)) };
}

function refuse(refusal: TokenRefusal): TokenVerdict {
  return { valid: false, refusal };
}

function unavailable(error: AppError): TokenVerdict {
  const outage = outageOf(error);
  return { valid: false, refusal: 'unavailable', ...(outage === null ? {} : { outage }) };
}

function refusalOf(error: unknown): TokenRefusal {
  if (error instanceof errors.JWTExpired) return 'token_expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    switch (error.claim) {
      case 'iss':
        return 'token_wrong_issuer';
      case 'aud':
        return 'token_wrong_audience';
      case 'nbf':
        return 'token_not_yet_valid';
      case 'typ':
        return 'token_wrong_type';
      default:
        return 'token_malformed';
    }
  }
  const signature = [
    errors.JWSSignatureVerificationFailed,
    errors.JWKSNoMatchingKey,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
  ];
  return signature.some((kind) => error instanceof kind) ? 'token_signature_invalid' : 'token_malformed';
}
