import { z } from 'zod';
import { CommandFault } from '../command';
import { callAsPerson } from '../sign-in/call-as-person';
import type { SignIn } from '../sign-in/sign-in';
import type { Connection, Credential } from './connection';
import { faultOf, refusalOf } from './refusal';

const TIMEOUT_MS = 30_000;
/** A token with less remaining lifetime than this is no longer used. */
const SPARE_SECONDS = 30;

const tokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.number(),
  scope: z.string().optional(),
});
type TokenAnswer = Readonly<z.infer<typeof tokenAnswer>>;

/** Options of a call. The content is `json`, or a body of a different type. */
export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: { readonly type: string; readonly content: string | Uint8Array<ArrayBuffer> | Blob };
  readonly headers?: Readonly<Record<string, string>>;
  /** Authentication: a bearer token, or the ID and secret of an app (RFC 6749 §2.3.1). */
  readonly as?: 'bearer' | 'client';
  /** Aborts the call. Defaults to a timeout of 30 s. */
  readonly signal?: AbortSignal | null;
}

/** The platform's REST API for commands. All methods throw {@link CommandFault} with the platform's own message. */
export class RestClient {
  private token: { readonly value: string; readonly until: number } | null = null;

  /** @param scopes the scopes that an app requests; an API key has its own scopes. */
  constructor(
    private readonly connection: Connection,
    private readonly scopes: readonly string[],
  ) {}

  get url(): string {
    return this.connection.url;
  }

  async get<T>(schema: z.ZodType<T>, path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
    return this.send(schema, 'GET', path, { query });
  }

  /** @param path the path from the root, such as `/v1/workflows`, already encoded. */
  async send<T>(schema: z.ZodType<T>, method: string, path: string, sending: RequestOptions = {}): Promise<T> {
    return contentOf(await this.call(method, path, sending), schema, `${method} ${path}`);
  }

  /** Yields every item of a list, page by page. */
  async *all<T>(item: z.ZodType<T>, path: string, query: Readonly<Record<string, string>> = {}): AsyncGenerator<T> {
    const page = z.object({ items: z.array(item), nextCursor: z.string().nullable() });
    for (let cursor: string | null = ''; cursor !== null;) {
      const found: z.infer<typeof page> = await this.get(page, path, {
        ...query,
        ...(cursor === '' ? {} : { cursor }),
      });
      yield* found.items;
      cursor = found.nextCursor;
    }
  }

  /** Returns the response, unless it is a refusal. */
  async call(method: string, path: string, sending: RequestOptions = {}): Promise<Response> {
    const { credential } = this.connection;
    if (sending.as === 'client') return this.callWith(this.basic(), method, path, sending);
    if ('signIn' in credential) {
      return callAsPerson(credential.signIn, (token) => this.callWith(`Bearer ${token}`, method, path, sending));
    }
    return this.callWith(`Bearer ${await this.bearer(credential)}`, method, path, sending);
  }

  private async callWith(
    authorization: string,
    method: string,
    path: string,
    sending: RequestOptions,
  ): Promise<Response> {
    const url = new URL(`${this.url}${path}`);
    if (sending.query !== undefined) url.search = new URLSearchParams(sending.query).toString();
    const headers = headersOf({ accept: 'application/json', ...sending.headers, authorization });
    const body = sending.json === undefined ? (sending.body?.content ?? null) : JSON.stringify(sending.json);
    if (body !== null && !headers.has('content-type')) {
      headers.set('content-type', sending.body?.type ?? 'application/json');
    }
    const signal = sending.signal === undefined ? AbortSignal.timeout(TIMEOUT_MS) : sending.signal;
    return this.fetched(method, path, url, { headers, body, signal });
  }

  /**
   * Returns an access token: a new one for an app or, for an API key, from the token exchange (RFC 8693); or that of the person who is
   * signed in, whose scopes cannot be chosen.
   */
  async issueToken(scopes: readonly string[]): Promise<TokenAnswer> {
    const { credential, url, tokenPath } = this.connection;
    if ('signIn' in credential) return tokenOf(credential.signIn, scopes);
    const answer = await this.fetched('POST', tokenPath, new URL(`${url}${tokenPath}`), {
      headers: 'apiKey' in credential ? {} : { authorization: basicOf(credential) },
      body: 'apiKey' in credential ? keyForm(credential.apiKey, scopes) : appForm(scopes),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const parsed = tokenAnswer.safeParse(await answer.json().catch(() => undefined));
    if (!parsed.success) throw new CommandFault(`The response to POST ${tokenPath} contains no token.`);
    return parsed.data;
  }

  private async fetched(method: string, path: string, url: URL, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(url, { ...init, method, redirect: 'error' });
    } catch (error) {
      throw faultOf(this.url, error);
    }
    if (answer.ok) return answer;
    const challenge = answer.headers.get('www-authenticate') ?? '';
    throw refusalOf(`${method} ${path}`, answer.status, await answer.text().catch(() => ''), challenge);
  }

  private basic(): string {
    const { credential } = this.connection;
    if ('clientId' in credential) return basicOf(credential);
    throw new CommandFault('This command needs an app: set CPOD_CLIENT_ID and CPOD_CLIENT_SECRET. See --help.');
  }

  private async bearer(credential: Exclude<Credential, { readonly signIn: SignIn }>): Promise<string> {
    if ('apiKey' in credential) return credential.apiKey;
    const now = performance.now() / 1_000;
    if (this.token !== null && this.token.until > now) return this.token.value;
    const { access_token: value, expires_in: seconds } = await this.issueToken(this.connection.scopes ?? this.scopes);
    this.token = { value, until: now + seconds - SPARE_SECONDS };
    return value;
  }
}

/** Returns the JSON of a response. @param called method and path. Errors: `CommandFault` if it does not match the schema. */
export async function contentOf<T>(response: Response, schema: z.ZodType<T>, called: string): Promise<T> {
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new CommandFault(
    `The response to ${called} is not valid. Check that the platform and this command have the same version.`,
  );
}

async function tokenOf(signIn: SignIn, scopes: readonly string[]): Promise<TokenAnswer> {
  if (scopes.length > 0) {
    throw new CommandFault('The scopes of a sign-in cannot be chosen. Omit --scope, or use an app or an API key.');
  }
  const { accessToken, expiresAtMs, scope } = await signIn.tokens();
  const seconds = Math.floor((expiresAtMs - Date.now()) / 1_000);
  return { access_token: accessToken, token_type: 'Bearer', expires_in: seconds, scope };
}

/**
 * Builds headers. Errors: a `CommandFault` without the value. The value may be secret, and the error that `Headers` throws would show it.
 */
function headersOf(all: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(all)) {
    try {
      headers.set(name, value);
    } catch {
      throw new CommandFault(
        `The value of the header "${name}" contains a line break or a character that headers do not allow. Remove it.`,
      );
    }
  }
  return headers;
}

/** Builds the `Authorization` header (RFC 6749 §2.3.1): each part is form-encoded first. */
function basicOf({ clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string }): string {
  const encode = (part: string): string => encodeURIComponent(part).replaceAll('%20', '+');
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}

/** Returns the form for an app's own token (RFC 6749 §4.4). Without scopes, the app gets its default scopes. */
function appForm(scopes: readonly string[]): URLSearchParams {
  return new URLSearchParams({ grant_type: 'client_credentials', ...scopeOf(scopes) });
}

/** Returns the form that exchanges an API key for an access token (RFC 8693). */
function keyForm(apiKey: string, scopes: readonly string[]): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: apiKey,
    subject_token_type: 'urn:cpod:params:oauth:token-type:api_key',
    ...scopeOf(scopes),
  });
}

function scopeOf(scopes: readonly string[]): { readonly scope?: string } {
  return scopes.length === 0 ? {} : { scope: scopes.join(' ') };
}
