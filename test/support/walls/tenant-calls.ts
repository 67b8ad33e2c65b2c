import type { TestTenant } from '../two-tenants';
import { newUlid } from '../../../src/kernel/ids/ids';
import type { Surface, WallsAnswer, WallsRequest, WallsWorld } from './walls-world';

const JSON_TYPE = 'application/json';

/** The calls that fill a tenant, and their results so far. */
export class TenantCalls {
  /** Names of its resources that others can know, by kind. */
  readonly handles: Record<string, string[]>;
  /** Names of its resources that are unknown to everyone else. */
  readonly hidden: string[] = [];
  /** The first resource of each kind. */
  readonly spare: Record<string, string> = {};
  /** Writes with their idempotency keys. */
  readonly keyed: WallsRequest[] = [];
  /** True if others can know the resources created from now on. */
  isKnown = true;

  constructor(
    readonly world: WallsWorld,
    readonly tenant: TestTenant,
    readonly secret: string,
    readonly owner: string,
    readonly callers: string[],
  ) {
    this.handles = { tenants: [tenant.id, tenant.slug], apps: [tenant.clientId], users: [owner] };
  }

  know(kind: string, ...names: readonly string[]): void {
    if (!this.isKnown) this.hidden.push(...names);
    else (this.handles[kind] ??= []).push(...names);
    this.spare[kind] ??= names[0] ?? '';
  }

  /** Creates a resource of a kind. */
  async post<T = object>(kind: string, path: string, json: object): Promise<T & { readonly id: string }> {
    const key = newUlid();
    const request = this.request('POST', path, json, { 'idempotency-key': key });
    const { text } = await this.expected(request);
    const made = JSON.parse(text) as T & { readonly id: string };
    this.know(kind, made.id);
    this.know('idempotency', key);
    if (this.isKnown) this.keyed.push(request);
    return made;
  }

  put(path: string, json?: object): Promise<WallsAnswer> {
    return this.send('PUT', path, json);
  }

  /** Makes a call with the installation's own token. */
  platform(method: string, path: string, json: object): Promise<WallsAnswer> {
    return this.expected(this.request(method, path, json, {}, this.world.serviceToken));
  }

  /** Makes a call with one of the tenant's tokens. */
  by(token: string, method: string, path: string, json: object): Promise<WallsAnswer> {
    return this.expected(this.request(method, path, json, {}, token));
  }

  /** Sends a call. Throws if it is refused. */
  send(
    method: string,
    path: string,
    body?: object | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WallsAnswer> {
    return this.expected(this.request(method, path, body, headers));
  }

  private request(
    method: string,
    target: string,
    body: object | string = '',
    headers: Readonly<Record<string, string>> = {},
    token = this.callers[0] ?? '',
  ): WallsRequest {
    const surface: Surface = target.startsWith('/api/') ? 'control-plane' : 'backend';
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const type = text === '' ? {} : { 'content-type': JSON_TYPE };
    const authorization = `Bearer ${token}`;
    return { surface, method, target, body: text, headers: { authorization, ...type, ...headers } };
  }

  private async expected(request: WallsRequest): Promise<WallsAnswer> {
    const answer = await this.world.send(request);
    if (answer.status >= 300) throw new Error(`${request.method} ${request.target}: ${answer.status} ${answer.text}`);
    return answer;
  }
}
