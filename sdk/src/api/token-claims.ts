import type {
  NewTokenClaims,
  TokenClaims,
  TokenClaimsReport,
  TokenClaimsTrial,
  TokenPolicy,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions } from '../http/http.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** The claims that the tenant adds to its tokens. Needs an admin token. */
export class TokenClaimsApi extends Api {
  /** Returns the rules for the tokens of all apps. */
  get(options?: CallOptions): Promise<TokenClaims> {
    return this.load(path`/v1/token-claims`, options);
  }

  /** Replaces the rules for all apps. @param options `ifMatch`: the `ETag` header of the last response. */
  set(claims: NewTokenClaims, options?: ChangeOptions): Promise<TokenClaims> {
    return this.place(path`/v1/token-claims`, claims, options);
  }

  /** Returns the rules for the tokens of one app, which replace claims of the same name. */
  getForApp(clientId: string, options?: CallOptions): Promise<TokenClaims> {
    return this.load(path`/v1/apps/${clientId}/token-claims`, options);
  }

  /** Replaces the rules for one app. @param options `ifMatch`: the `ETag` header of the last response. */
  setForApp(clientId: string, claims: NewTokenClaims, options?: ChangeOptions): Promise<TokenClaims> {
    return this.place(path`/v1/apps/${clientId}/token-claims`, claims, options);
  }

  /** Returns whether the tenant's policy decides about tokens. */
  policy(options?: CallOptions): Promise<TokenPolicy> {
    return this.load(path`/v1/token-claims/policy`, options);
  }

  /** Repeats the most recent issuances with draft rules or a draft policy. Changes nothing. */
  dryRun(trial: TokenClaimsTrial, options?: CallOptions): Promise<TokenClaimsReport> {
    return this.ask(path`/v1/token-claims/try`, trial, options);
  }
}
