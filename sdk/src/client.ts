import { AppsApi } from './api/apps.js';
import { AuditApi } from './api/audit.js';
import { ConnectionsApi, IdentitiesApi } from './api/connections.js';
import { CredentialsApi } from './api/credentials.js';
import { EventsApi } from './api/events.js';
import { FilesApi } from './api/files.js';
import { FlagsApi } from './api/flags.js';
import { GrantsApi } from './api/grants.js';
import { GroupsApi } from './api/groups.js';
import { JobsApi } from './api/jobs.js';
import { MaskingApi } from './api/masking.js';
import { ProjectsApi } from './api/projects.js';
import { SecretsApi } from './api/secrets.js';
import { SessionsApi } from './api/sessions.js';
import { SkillsApi } from './api/skills.js';
import { TenantsApi } from './api/tenants.js';
import { TokenClaimsApi } from './api/token-claims.js';
import { UsersApi } from './api/users.js';
import { WebhooksApi } from './api/webhooks.js';
import { WorkflowsApi } from './api/workflows.js';
import { beginLogin, type BegunLogin, exchangeCode, type LoginOrder, type PendingLogin } from './auth/login.js';
import { type ClientCredentials, postForm } from './auth/oauth.js';
import { FixedToken, type TokenSource } from './auth/token-source.js';
import { appTokens, unauthenticated, userTokens, type UserTokenOptions } from './auth/token-sources.js';
import type { TokenSet } from './auth/token-set.js';
import { ConfigurationError, ConnectionError } from './errors.js';
import type { AuthorizeQuery, Decision, Introspection, Userinfo } from './generated/schemas.js';
import { type CallOptions, Http } from './http/http.js';
import { isRecord } from './http/read-error.js';
import {
  type ClientOptions,
  type ConnectionOptions,
  connectionSettings,
  type Environment,
  optionsFromEnv,
} from './settings.js';

/** A client that calls the backend as one app or one user. */
export class CpodClient {
  readonly apps: AppsApi;
  readonly audit: AuditApi;
  readonly connections: ConnectionsApi;
  readonly credentials: CredentialsApi;
  readonly events: EventsApi;
  readonly files: FilesApi;
  readonly flags: FlagsApi;
  readonly grants: GrantsApi;
  readonly groups: GroupsApi;
  readonly identities: IdentitiesApi;
  readonly jobs: JobsApi;
  readonly masking: MaskingApi;
  readonly projects: ProjectsApi;
  readonly secrets: SecretsApi;
  readonly sessions: SessionsApi;
  readonly skills: SkillsApi;
  readonly tenants: TenantsApi;
  readonly tokenClaims: TokenClaimsApi;
  readonly users: UsersApi;
  /** An alias of `users`. */
  readonly userProfiles: UsersApi;
  readonly webhooks: WebhooksApi;
  readonly workflows: WorkflowsApi;

  readonly #http: Http;
  readonly #tokens: TokenSource;
  /** The credentials for OAuth endpoints that require a client; `null` if the token is the only credential. */
  readonly #proof: ClientCredentials | null;

  /** Creates a client that acts as an app. Does not send any request before the first call. Errors: `ConfigurationError`. */
  constructor(options: ClientOptions);
  constructor(options: ConnectionOptions, tokens: TokenSource, proof: ClientCredentials | null);
  constructor(options: ClientOptions, tokens?: TokenSource, proof: ClientCredentials | null = proofOf(options)) {
    const settings = connectionSettings(options);
    this.#tokens = tokens ?? appTokens(settings, options);
    const http = new Http(settings, this.#tokens);
    this.#http = http;
    this.#proof = proof;
    this.apps = new AppsApi(http);
    this.audit = new AuditApi(http);
    this.connections = new ConnectionsApi(http);
    this.credentials = new CredentialsApi(http);
    this.events = new EventsApi(http);
    this.files = new FilesApi(http);
    this.flags = new FlagsApi(http);
    this.grants = new GrantsApi(http);
    this.groups = new GroupsApi(http);
    this.identities = new IdentitiesApi(http);
    this.jobs = new JobsApi(http);
    this.masking = new MaskingApi(http);
    this.projects = new ProjectsApi(http);
    this.secrets = new SecretsApi(http);
    this.sessions = new SessionsApi(http);
    this.skills = new SkillsApi(http);
    this.tenants = new TenantsApi(http);
    this.tokenClaims = new TokenClaimsApi(http);
    this.users = new UsersApi(http);
    this.userProfiles = this.users;
    this.webhooks = new WebhooksApi(http);
    this.workflows = new WorkflowsApi(http);
  }

  /**
   * Creates a client from the environment: `CPOD_API_KEY`, or `CPOD_CLIENT_ID` and `CPOD_CLIENT_SECRET`; `CPOD_BASE_URL`,
   * `CPOD_SCOPE`, `CPOD_ISSUER`, `CPOD_ALLOW_INSECURE_HTTP`. Values in `options` take precedence.
   */
  static fromEnv(options: ClientOptions = {}, environment?: Environment): CpodClient {
    const known = Object.entries(options).filter(([, value]) => value !== undefined);
    return new CpodClient({ ...optionsFromEnv(environment), ...Object.fromEntries(known) });
  }

  /** Creates a client for the owner of a token: a signed-in user, or the caller of a server. A plain string is used as is. */
  static fromToken(tokens: string | TokenSet, options: ConnectionOptions & UserTokenOptions = {}): CpodClient {
    const { client, onTokens, ...connection } = options;
    const source =
      typeof tokens === 'string'
        ? new FixedToken(tokens)
        : userTokens(connectionSettings(connection), tokens, { client, onTokens });
    return new CpodClient(connection, source, client ?? null);
  }

  /** Begins a sign-in: send the browser to `url`, and store `pending` for {@link exchangeCode}. */
  static beginLogin(
    order: LoginOrder,
    connection: ConnectionOptions = {},
    options: CallOptions = {},
  ): Promise<BegunLogin> {
    const settings = connectionSettings(connection);
    return beginLogin(unauthenticated(settings), settings.issuer, order, options);
  }

  /**
   * Completes a sign-in: checks the response that the browser brought to the redirect URI, and fetches the tokens.
   * @param callbackUrl the complete URL with its query. Errors: `LoginError`, and any error that a call can throw.
   */
  static exchangeCode(
    callbackUrl: string | URL,
    pending: PendingLogin,
    client: Pick<ClientCredentials, 'clientSecret'> & ConnectionOptions = {},
    options: CallOptions = {},
  ): Promise<TokenSet> {
    const { clientSecret, ...connection } = client;
    const http = unauthenticated(connectionSettings(connection));
    return exchangeCode(http, callbackUrl, pending, { clientId: pending.clientId, clientSecret }, options);
  }

  /**
   * Checks whether the scopes of the token's bearer (by default the client itself) and the tenant's policy allow an action. `allowed` is
   * true only if the backend allowed the action. If the backend cannot decide, the method throws an error and never returns a permission.
   */
  async authorize(query: AuthorizeQuery, options?: CallOptions): Promise<Decision> {
    if (!isRecord(query)) throw new ConfigurationError('authorize needs an object with "action" and "resource".');
    const order = { method: 'POST', path: '/v1/authorize', json: query, repeat: 'always' } as const;
    const decision = await this.#http.json<Partial<Decision> | null | undefined>(order, options);
    if (!isRecord(decision)) throw new ConnectionError('The response is not a decision.');
    const { claims, reason, ...more } = decision;
    return {
      ...more,
      claims: isRecord(claims) ? claims : {},
      reason: typeof reason === 'string' ? reason : '',
      allowed: decision.allowed === true,
    };
  }

  /**
   * Checks whether a token is valid now and not revoked, and returns its claims (RFC 7662). `active` is true only if the backend confirmed
   * it. A client can check its own tokens, and with the scope `introspect` all tokens of the tenant. A client without a secret
   * authenticates with its own token, which needs the scope `admin`; otherwise use {@link authorize}.
   */
  async validateToken(token: string, options: CallOptions = {}): Promise<Introspection> {
    const answer = await this.oauth<Introspection | undefined>('introspect', token, options);
    return { ...answer, active: answer?.active === true };
  }

  /** Revokes a token (RFC 7009). Revoking a refresh token revokes all tokens from the same sign-in. An invalid token is not an error. */
  revokeToken(token: string, options: CallOptions = {}): Promise<void> {
    return this.oauth('revoke', token, options);
  }

  /** Returns a token that is valid now, for calls outside the SDK. The token is a secret. */
  accessToken(signal?: AbortSignal): Promise<string> {
    return this.#tokens.token(signal);
  }

  /** Returns the claims about the signed-in user, limited to the claims that the token's scopes allow (OpenID Connect Core §5.3). */
  userinfo(options?: CallOptions): Promise<Userinfo> {
    return this.#http.json({ method: 'GET', path: '/v1/oauth/userinfo', repeat: 'always' }, options);
  }

  private oauth<T>(endpoint: string, token: string, options: CallOptions): Promise<T> {
    const path = `/v1/oauth/${endpoint}`;
    if (this.#proof) return postForm<T>(this.#http, path, this.#proof, { token }, { ...options, repeat: 'always' });
    return this.#http.json<T>({ method: 'POST', path, form: { token }, repeat: 'always' }, options);
  }
}

function proofOf({ clientId, clientSecret }: ClientOptions): ClientCredentials | null {
  return clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret };
}

/** Returns the entity tag of a resource that has a `version` or an `etag`, for `ifMatch`. */
export function etagOf(resource: { readonly version: number } | { readonly etag: string }): string {
  return 'etag' in resource ? resource.etag : `"${resource.version}"`;
}
