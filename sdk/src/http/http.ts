import { ApiError, ConnectionError, CpodError } from '../errors.js';
import type { TokenSource } from '../auth/token-source.js';
import { limited, pause, reasonOf } from './limit.js';
import { readError } from './read-error.js';
import { type Query, queryText } from './path.js';
import { type Repeat, waitBeforeRetry } from './retry.js';

/** What a caller may say of one call. */
export interface CallOptions {
  /** Ends the call, also its waits and what is read of its answer. */
  readonly signal?: AbortSignal | undefined;
  /** For each attempt, in milliseconds, until its answer is there; of the client by default (30,000). */
  readonly timeoutMs?: number | undefined;
  /** How often it is sent again at most, where that is safe; of the client by default (2). */
  readonly maxRetries?: number | undefined;
}

/** Of a POST that makes or changes something. */
export interface WriteOptions extends CallOptions {
  /** Under which the backend does the call once within 24 hours; a random one by default, which covers retries of this call. */
  readonly idempotencyKey?: string | undefined;
}

/** Of a change of something that is there. */
export interface ChangeOptions extends CallOptions {
  /** Entity tag that it must still have, such as `etagOf(project)`: else `PreconditionFailedError`, and nothing is done. */
  readonly ifMatch?: string | undefined;
}

/** What fetch sends as it is. */
export type Content = string | Uint8Array<ArrayBuffer> | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

/** A request, as the namespaces write it. */
export interface Order {
  readonly method: string;
  /** From the root of the backend, with its parts encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly repeat: Repeat;
  /** `none`: the call proves itself by its `headers`, or needs not to. */
  readonly auth?: 'token' | 'none';
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export interface HttpSettings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends requests to one backend: with the token, within the time limit, again where that is safe, and with errors as types. */
export class Http {
  constructor(
    readonly settings: HttpSettings,
    private readonly tokens: TokenSource,
  ) {}

  /** Sends a request and reads its answer as JSON; `undefined` for an answer without a body. */
  async json<T>(order: Order, options?: CallOptions): Promise<T> {
    const text = await this.send(order, options ?? {}, (response) => response.text());
    // Also when a deletion was found done already.
    if (!text) return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new ConnectionError('The answer is not JSON.', { cause });
    }
  }

  /** Sends a request whose answer is read as it comes; the time limit ends with its headers. */
  stream(order: Order, options?: CallOptions): Promise<Response> {
    return this.send(order, options ?? {}, null);
  }

  /** Sends a request, and again as {@link waitBeforeRetry} says. */
  private send(order: Order, options: CallOptions, read: null): Promise<Response>;
  private send<T>(order: Order, options: CallOptions, read: (response: Response) => Promise<T>): Promise<T>;
  private async send<T>(
    order: Order,
    options: CallOptions,
    read: ((response: Response) => Promise<T>) | null,
  ): Promise<T | Response> {
    const { maxRetries = this.settings.maxRetries, signal } = options;
    // A stream is gone once it was sent.
    const retries = order.content instanceof ReadableStream ? 0 : maxRetries;
    for (let failed = 1; ; failed++) {
      try {
        return await this.attempt(order, options, read);
      } catch (fault) {
        if (signal?.aborted === true) throw reasonOf(signal);
        // It is gone, as it was to be: an attempt before this one has done it.
        if (failed > 1 && order.method === 'DELETE' && isMissing(fault)) return undefined as T;
        const waitMs = failed > retries ? null : waitBeforeRetry(fault, order.repeat, failed, Math.random());
        if (waitMs === null) throw fault;
        await pause(waitMs, signal);
      }
    }
  }

  /** One attempt; two when the token was refused and another could be had, since a 401 means that nothing was done. */
  private async attempt<T>(
    order: Order,
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
    order: Order,
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
      if (!response.ok) throw await readError(response, Date.now());
      return read === null ? response : await read(response);
    } catch (fault) {
      if (signal.aborted) throw reasonOf(signal);
      throw fault instanceof CpodError ? fault : connectionError(fault);
    } finally {
      lift();
    }
  }

  private requestOf({ method, json, form, content, headers = {} }: Order, token: string | null): RequestInit {
    const all = new Headers({ accept: 'application/json', ...this.settings.headers });
    if (token !== null) all.set('authorization', `Bearer ${token}`);
    if (json !== undefined) all.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, value);
    const body = json === undefined ? (form === undefined ? content : new URLSearchParams(form)) : JSON.stringify(json);
    const init: RequestInit & { readonly duplex?: string } = {
      method,
      headers: all,
      // No answer of the backend leads elsewhere; a token must not be sent after one that claims to.
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

/** What fetch throws, which says little and differs by platform, as an error of the SDK. */
function connectionError(cause: unknown): ConnectionError {
  const { code } = (cause as { readonly cause?: { readonly code?: unknown } }).cause ?? {};
  const shown = typeof code === 'string' ? ` (${code})` : '';
  return new ConnectionError(`The backend could not be reached, or the answer broke off${shown}.`, { cause });
}
