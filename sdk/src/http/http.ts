import { ApiError, ConnectionError, type CpodError } from '../errors.js';
import { blockedOrigin } from './blocked-origin.js';
import type { TokenSource } from '../auth/token-source.js';
import { limited, pause, reasonOf } from './limit.js';
import { connectionError, type Fetch } from './middleware.js';
import { readError } from './read-error.js';
import { type Query, queryText } from './path.js';
import { type Repeat, waitBeforeRetry } from './retry.js';

/** The options for one call. */
export interface CallOptions {
  /** Aborts the call, including its waits and the reading of its response. */
  readonly signal?: AbortSignal | undefined;
  /** The time limit for each attempt in milliseconds, until its response arrives; the client's limit by default (30,000). */
  readonly timeoutMs?: number | undefined;
  /** The maximum number of retries, where a retry is safe; the client's maximum by default (2). */
  readonly maxRetries?: number | undefined;
}

/** The options for a POST that creates or changes something. */
export interface WriteOptions extends CallOptions {
  /**
   * The key under which the backend performs the call once within 24 hours. Random by default, which covers retries of this
   * call.
   */
  readonly idempotencyKey?: string | undefined;
}

/** The options for a change to an existing resource. */
export interface ChangeOptions extends CallOptions {
  /**
   * The entity tag that the resource must still have, such as `etagOf(project)`. Otherwise throws `PreconditionFailedError` and
   * changes nothing.
   */
  readonly ifMatch?: string | undefined;
}

/** Content that fetch sends as is. */
export type Content = string | Uint8Array<ArrayBuffer> | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

/** A request from an API namespace. */
export interface RequestOptions {
  readonly method: string;
  /** The path from the root of the backend, with encoded segments. */
  readonly path: string;
  readonly query?: Query;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly repeat: Repeat;
  /** `none`: the call authenticates by its `headers`, or needs no authentication. */
  readonly auth?: 'token' | 'none';
}

export interface HttpSettings {
  /** The base URL, without a trailing slash. */
  readonly baseUrl: string;
  /** Throws `ConnectionError` if no response arrives; see {@link Middleware}. */
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends requests to one backend: adds the token, applies the time limit, retries where that is safe, and throws typed errors.
 */
export class Http {
  /** True once a response was readable: a later failure is then not a blocked origin. */
  private hasResponded = false;

  constructor(
    readonly settings: HttpSettings,
    private readonly tokens: TokenSource,
  ) {}

  /** Sends a request and parses its response as JSON; `undefined` for an empty body. */
  async json<T>(order: RequestOptions, options?: CallOptions): Promise<T> {
    const text = await this.send(order, options ?? {}, (response) => response.text());
    // The response to a repeated deletion also has no body.
    if (!text) return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new ConnectionError('The response is not JSON.', { cause });
    }
  }

  /** Sends a request and returns its response, to be read as a stream. The time limit ends when the response headers arrive. */
  stream(order: RequestOptions, options?: CallOptions): Promise<Response> {
    return this.send(order, options ?? {}, null);
  }

  /** Sends a request, and retries it as {@link waitBeforeRetry} decides. */
  private send(order: RequestOptions, options: CallOptions, read: null): Promise<Response>;
  private send<T>(order: RequestOptions, options: CallOptions, read: (response: Response) => Promise<T>): Promise<T>;
  private async send<T>(
    order: RequestOptions,
    options: CallOptions,
    read: ((response: Response) => Promise<T>) | null,
  ): Promise<T | Response> {
    const { maxRetries = this.settings.maxRetries, signal } = options;
    // A stream can be sent only once.
    const retries = order.content instanceof ReadableStream ? 0 : maxRetries;
    for (let failed = 1; ; failed++) {
      try {
        return await this.attempt(order, options, read);
      } catch (fault) {
        if (signal?.aborted === true) throw reasonOf(signal);
        // The resource is deleted, as requested: an earlier attempt succeeded.
        if (failed > 1 && order.method === 'DELETE' && isMissing(fault)) return undefined as T;
        const waitMs = failed > retries ? null : waitBeforeRetry(fault, order.repeat, failed, Math.random());
        if (waitMs === null) throw (await this.blocked(fault, signal)) ?? fault;
        await pause(waitMs, signal);
      }
    }
  }

  /** Explains a call that failed for good without any response, if the browser probably blocked it. */
  private blocked(fault: unknown, signal: AbortSignal | undefined): Promise<CpodError | null> {
    if (this.hasResponded || !(fault instanceof ConnectionError)) return Promise.resolve(null);
    return blockedOrigin(this.settings, fault.cause, signal);
  }

  /** Makes one attempt, or two attempts if the token was refused and a different token is available: a 401 means that nothing was done. */
  private async attempt<T>(
    order: RequestOptions,
    options: CallOptions,
    read: ((response: Response) => Promise<T>) | null,
  ): Promise<T | Response> {
    if (order.auth === 'none') return this.exchange(order, options, null, read);
    const token = await this.tokens.token(options.signal);
    try {
      return await this.exchange(order, options, token, read);
    } catch (fault) {
      const isRefused = fault instanceof ApiError && fault.status === 401;
      if (!isRefused || order.content instanceof ReadableStream || !this.tokens.refuse(token)) throw fault;
      return this.exchange(order, options, await this.tokens.token(options.signal), read);
    }
  }

  private async exchange<T>(
    order: RequestOptions,
    { signal: outer, timeoutMs = this.settings.timeoutMs }: CallOptions,
    token: string | null,
    read: ((response: Response) => Promise<T>) | null,
  ): Promise<T | Response> {
    const request = this.requestOf(order, token);
    const { baseUrl, fetch } = this.settings;
    const { signal, lift } = limited(outer, timeoutMs);
    try {
      const url = `${baseUrl}${order.path}${queryText(order.query ?? {})}`;
      const response = await fetch(url, { ...request, signal });
      this.hasResponded = true;
      if (!response.ok) throw await readError(response, Date.now());
      return read === null ? response : await read(response).catch((fault) => Promise.reject(connectionError(fault)));
    } catch (fault) {
      throw signal.aborted ? reasonOf(signal) : fault;
    } finally {
      lift();
    }
  }

  private requestOf({ method, json, form, content, headers = {} }: RequestOptions, token: string | null): RequestInit {
    const all = new Headers({ accept: 'application/json', ...this.settings.headers });
    if (token !== null) all.set('authorization', `Bearer ${token}`);
    if (json !== undefined) all.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, value);
    const body = json === undefined ? (form === undefined ? content : new URLSearchParams(form)) : JSON.stringify(json);
    const init: RequestInit & { readonly duplex?: string } = {
      method,
      headers: all,
      // The backend never redirects, so a redirect comes from elsewhere and must not receive the token.
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    };
    return init;
  }
}

function isMissing(fault: unknown): boolean {
  return fault instanceof ApiError && fault.status === 404;
}
