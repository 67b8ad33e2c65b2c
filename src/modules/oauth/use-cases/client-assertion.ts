import { createPublicKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { sha256 } from '../../../kernel/ids/opaque-token';
import { Clock } from '../../../kernel/time/clock';
import { type Client, CLIENT_ALGORITHMS, type ClientJwk } from '../../apps/contract/apps.types';
import { ClientsPort } from '../../apps/contract/clients.port';
import { oauthConfig, type OauthConfig } from '../oauth.config';
import { AssertionsRepository } from '../storage/assertions.repository';

/**
 * The maximum lifetime of an assertion. Client libraries such as authlib use an hour. An assertion works once, and its id is stored until
 * it expires.
 */
const MAX_LIFE_SECONDS = 3_600;
const CLOCK_SKEW_SECONDS = 10;
const MAX_JTI_CHARS = 256;

/** Client authentication with a signed JWT, `private_key_jwt` (RFC 7523 §3, OpenID Connect Core §9). */
@Injectable()
export class ClientAssertion {
  constructor(
    private readonly clients: ClientsPort,
    private readonly assertions: AssertionsRepository,
    private readonly clock: Clock,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /** Returns the client that an assertion authenticates, and records the assertion as used. Returns `null` for an invalid assertion. */
  async verify(clientId: string, assertion: string): Promise<Client | null> {
    const client = await this.clients.find(clientId);
    if (client?.tokenEndpointAuthMethod !== 'private_key_jwt') return null;
    const header = headerOf(assertion);
    if (!header) return null;
    const keys = await this.clients.publicKeys(clientId, header.kid);
    for (const jwk of keys) {
      if (!fits(jwk, header)) continue;
      const payload = await this.check(clientId, assertion, header.alg, jwk);
      if (payload) return (await this.useUp(client, payload)) ? client : null;
    }
    return null;
  }

  private async check(clientId: string, assertion: string, alg: string, jwk: ClientJwk): Promise<JWTPayload | null> {
    const nowMs = this.clock.nowMs();
    try {
      const { payload } = await jwtVerify(assertion, createPublicKey({ key: { ...jwk }, format: 'jwk' }), {
        algorithms: [alg],
        issuer: clientId,
        subject: clientId,
        audience: [this.config.ISSUER_URL, `${this.config.ISSUER_URL}/v1/oauth/token`],
        requiredClaims: ['exp', 'jti'],
        currentDate: new Date(nowMs),
        clockTolerance: CLOCK_SKEW_SECONDS,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  /** Checks the limits that RFC 7523 leaves to the server: a short lifetime, one audience, one use. */
  private async useUp({ tenantId, clientId }: Client, payload: JWTPayload): Promise<boolean> {
    const { exp = 0, iat, jti, aud } = payload;
    const nowSeconds = this.clock.nowMs() / 1000;
    if (exp - nowSeconds > MAX_LIFE_SECONDS + CLOCK_SKEW_SECONDS) return false;
    if (iat !== undefined && iat > nowSeconds + CLOCK_SKEW_SECONDS) return false;
    if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_CHARS) return false;
    // Another audience of the same assertion could replay it here.
    if (Array.isArray(aud) && aud.length !== 1) return false;
    const until = new Date((exp + CLOCK_SKEW_SECONDS) * 1000);
    return this.assertions.use(tenantId, clientId, sha256(jti), until);
  }
}

interface Header {
  readonly alg: (typeof CLIENT_ALGORITHMS)[number];
  readonly kid: string | null;
}

function headerOf(assertion: string): Header | null {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion);
    const known = CLIENT_ALGORITHMS.find((algorithm) => algorithm === alg);
    return known === undefined ? null : { alg: known, kid: kid ?? null };
  } catch {
    return null;
  }
}

function fits(jwk: ClientJwk, { alg, kid }: Header): boolean {
  const kty = alg === 'ES256' ? 'EC' : 'RSA';
  return jwk.kty === kty && (jwk.alg === undefined || jwk.alg === alg) && (kid === null || jwk.kid === kid);
}
