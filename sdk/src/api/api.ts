import type { CallOptions, ChangeOptions, Http, WriteOptions } from '../http/http.js';
import { type Page, Pages } from '../http/pages.js';
import type { Query } from '../http/path.js';

/** The base class of the API namespaces. Each method makes one call. */
export abstract class Api {
  constructor(protected readonly http: Http) {}

  protected load<T>(path: string, options?: CallOptions, query?: Query): Promise<T> {
    return this.http.json<T>({ method: 'GET', path, ...(query && { query }), repeat: 'always' }, options);
  }

  protected listOf<T, P extends Page<T> = Page<T>>(
    path: string,
    query: Query = {},
    options: CallOptions = {},
  ): Pages<T, P> {
    return new Pages<T, P>(this.http, path, query, options);
  }

  /** Sends a POST that creates or changes something. It takes effect once, even if it is sent several times. */
  protected make<T>(
    path: string,
    json: unknown,
    options: WriteOptions & ChangeOptions = {},
    query?: Query,
  ): Promise<T> {
    const { idempotencyKey = crypto.randomUUID(), ifMatch, ...rest } = options;
    const headers = { 'idempotency-key': idempotencyKey, 'if-match': ifMatch };
    return this.http.json<T>(
      { method: 'POST', path, ...(query && { query }), ...(json !== undefined && { json }), headers, repeat: 'keyed' },
      rest,
    );
  }

  /** Sends a POST that only reads. */
  protected ask<T>(path: string, json: unknown, options?: CallOptions): Promise<T> {
    return this.http.json<T>({ method: 'POST', path, json, repeat: 'always' }, options);
  }

  /**
   * Sends a PUT, which states the desired content. A PUT with a condition is not retried, since the first attempt may have changed the
   * content.
   */
  protected place<T>(path: string, json: unknown, options: ChangeOptions = {}): Promise<T> {
    const { ifMatch, ...rest } = options;
    const repeat = ifMatch === undefined ? 'always' : 'never';
    const order = { method: 'PUT', path, headers: { 'if-match': ifMatch }, repeat } as const;
    return this.http.json<T>(json === undefined ? order : { ...order, json }, rest);
  }

  protected change<T>(path: string, json: unknown, options: ChangeOptions = {}): Promise<T> {
    const { ifMatch, ...rest } = options;
    const headers = { 'if-match': ifMatch };
    return this.http.json<T>({ method: 'PATCH', path, json, headers, repeat: 'never' }, rest);
  }

  protected remove<T = void>(path: string, options: ChangeOptions = {}, query?: Query): Promise<T> {
    const { ifMatch, ...rest } = options;
    const repeat = ifMatch === undefined ? 'always' : 'never';
    const order = { method: 'DELETE', path, headers: { 'if-match': ifMatch }, repeat } as const;
    return this.http.json<T>(query === undefined ? order : { ...order, query }, rest);
  }
}
