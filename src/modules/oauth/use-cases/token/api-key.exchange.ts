import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { newUlid } from '../../../../kernel/ids/ids';
import { Clock } from '../../../../kernel/time/clock';
import { SignerPort } from '../../../keys/contract/signer.port';
import { TOKEN_EXCHANGE } from '../../../apps/contract/grant-types';
import { type AcceptedKey, ApiKeyClaims } from '../../api-key-claims';
import {
  ACCESS_TOKEN_TYP,
  type AccessTokenClaims,
  isMeantFor,
  MCP_PATH,
  REFUSAL_MESSAGES,
  undecided,
} from '../../contract/access-token.types';
import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import { audienceOf } from '../../domain/resources';
import { narrowScopes } from '../../domain/scope';
import { AuthenticateClient } from '../authenticate-client';
import { formParameter, formParameters, requiredParameter } from '../form-parameter';
import { OauthAuditRecorder } from '../oauth-audit-recorder';
import type { SelfProvenGrant } from './token-grant';

/** The `subject_token_type` of an API key (rest.md §2). */
export const API_KEY_TYPE = 'urn:cpod:params:oauth:token-type:api_key';

/** RFC 8693 §3. */
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** Exchanges an API key for an access token (RFC 8693), in the order of section 2 of that RFC. */
@Injectable()
export class ApiKeyExchange implements SelfProvenGrant {
  readonly type = TOKEN_EXCHANGE;
  readonly needsClient = false;

  constructor(
    private readonly apiKeys: ApiKeyClaims,
    private readonly authenticate: AuthenticateClient,
    private readonly signer: SignerPort,
    private readonly trail: OauthAuditRecorder,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs the exchange. Errors: `invalid_request` for a rejected key (§2.2.2) or an unsupported requested token; `invalid_client`,
   * `invalid_scope`, `invalid_target`; `unavailable`.
   */
  async run(request: OauthRequest): Promise<TokenAnswer> {
    const text = requiredParameter(request, 'subject_token');
    checkTypes(request);
    const clientId = await this.clientOf(request);
    const accepted = await this.accept(text);
    const resources = targetsOf(request, accepted.claims);
    if (clientId !== null && clientId !== accepted.claims.client_id) {
      throw new AppError('invalid_request', 'The API key was not created through this client.', {
        reason: 'key_unknown',
      });
    }
    const scopes = narrowScopes(formParameter(request, 'scope'), scopesOf(accepted.claims));
    const claims = this.claimsOf(accepted, scopes, resources);
    const token = this.signer.signJwt(ACCESS_TOKEN_TYP, claims);
    await this.trail.issued(request, claims, this.type);
    return {
      access_token: token,
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: claims.exp - claims.iat,
      scope: claims.scope,
    };
  }

  /**
   * Returns the id of the client that authenticated or was named; `null` if there is none. The key authenticates a client that was only
   * named.
   */
  private async clientOf(request: OauthRequest): Promise<string | null> {
    const proves = ['client_secret', 'client_assertion'].some((name) => formParameter(request, name) !== undefined);
    if (request.authorization === undefined && !proves) return formParameter(request, 'client_id') ?? null;
    return (await this.authenticate.run(request)).client.clientId;
  }

  private async accept(text: string): Promise<AcceptedKey> {
    const verdict = await this.apiKeys.accept(text);
    if (verdict.valid) return verdict;
    const { refusal } = verdict;
    if (refusal === 'unavailable') throw undecided(verdict);
    throw new AppError('invalid_request', `subject_token: ${REFUSAL_MESSAGES[refusal]}`, { reason: refusal });
  }

  /**
   * Returns the claims of a token with a new id and a new time of issue. The token ends with the key (`parent_jtis`) and never outlives it.
   */
  private claimsOf(
    { claims, key, accessTokenTtlSeconds }: AcceptedKey,
    scopes: readonly string[],
    resources: readonly string[],
  ): AccessTokenClaims {
    const nowMs = this.clock.nowMs();
    const iat = Math.floor(nowMs / 1000);
    const endsAt = key.expiresAtMs === null ? Number.POSITIVE_INFINITY : Math.floor(key.expiresAtMs / 1000);
    return {
      ...claims,
      aud: audienceOf(resources, claims.iss),
      iat,
      exp: Math.min(iat + accessTokenTtlSeconds, endsAt),
      jti: newUlid(nowMs),
      scope: scopes.join(' '),
      parent_jtis: [claims.jti],
    };
  }
}

function checkTypes(request: OauthRequest): void {
  if (requiredParameter(request, 'subject_token_type') !== API_KEY_TYPE) {
    throw new AppError('invalid_request', `subject_token_type must be ${API_KEY_TYPE}.`);
  }
  const requested = formParameter(request, 'requested_token_type') ?? ACCESS_TOKEN_TYPE;
  if (requested !== ACCESS_TOKEN_TYPE) {
    throw new AppError('invalid_request', `requested_token_type must be ${ACCESS_TOKEN_TYPE}.`);
  }
  if (formParameter(request, 'actor_token') !== undefined || formParameter(request, 'actor_token_type') !== undefined) {
    throw new AppError('invalid_request', 'An API key is exchanged for its own token; omit actor_token.');
  }
}

/**
 * Returns the requested resources for a token from a key. They must be part of this installation (RFC 8693 §2.1). Errors: `invalid_target`.
 */
function targetsOf(request: OauthRequest, claims: AccessTokenClaims): readonly string[] {
  const targets = [...new Set([...formParameters(request, 'resource'), ...formParameters(request, 'audience')])];
  if (targets.every((target) => isMeantFor(claims, target))) return targets;
  throw new AppError('invalid_target', `A token for an API key is only for ${claims.iss} or its ${MCP_PATH}.`);
}

function scopesOf({ scope }: AccessTokenClaims): readonly string[] {
  return scope.split(' ').filter((each) => each !== '');
}
