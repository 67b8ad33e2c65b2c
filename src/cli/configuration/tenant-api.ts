import { z } from 'zod';
import { contentOf, type RequestOptions, type RestClient } from '../api/rest-client';
import { CommandFault } from '../command';

/** The path of the caller's own tenant. */
export const OWN_TENANT = '/api/v1/tenants/current';
/** The most items of one list, which no tenant's limits allow. A server that always returns another page would fill the memory. */
const MAX_ITEMS = 1_000_000;

/** How a configuration reaches the public surface of a tenant. */
export interface PublicAccess {
  /** False if there are no credentials of the tenant. */
  readonly isPossible: boolean;
  /** The name of the tenant's app whose credentials are used; `null` if the caller's own are used. */
  readonly app: string | null;
  /** Returns a client for the public surface. Errors: `CommandFault` if the credentials do not exist. */
  readonly connect: (api: TenantApi) => Promise<RestClient>;
  readonly secret: (reference: string) => Promise<string>;
}

/** The REST API as a configuration uses it for one tenant. All calls carry the ID of the change set, so that they are audited as one. */
export class TenantApi {
  /** Client IDs of the tenant's apps by name, which other objects refer to. Filled when apps are read and created. */
  readonly clientIds = new Map<string, string>();
  /** Secrets of apps that were created just now, by the name of the app. */
  readonly clientSecrets = new Map<string, string>();
  private backend: RestClient | null = null;

  constructor(
    readonly slug: string,
    private readonly controlPlane: RestClient,
    private readonly access: PublicAccess,
    /** The ID under which changes are audited; `null` for reading only. */
    readonly changeSet: string | null,
    /** True if the caller belongs to the tenant and does not administer the platform. */
    readonly isOwn: boolean = false,
  ) {}

  /** Returns whether objects of a surface can be configured. */
  has(surface: 'control-plane' | 'backend'): boolean {
    return surface === 'control-plane' || this.access.isPossible;
  }

  /** The app of the credentials if the tenant does not have it yet, otherwise `null`. Known when the apps are read. */
  get missingApp(): string | null {
    const { app } = this.access;
    return app === null || this.clientIds.has(app) ? null : app;
  }

  /** Returns whether objects of a surface can be read. */
  canRead(surface: 'control-plane' | 'backend'): boolean {
    return surface === 'control-plane' || (this.access.isPossible && this.missingApp === null);
  }

  /** Returns the secret to which a configuration refers. Errors: `CommandFault` for a secret that does not exist. */
  secret(reference: string): Promise<string> {
    return this.access.secret(reference);
  }

  /** Calls a path. Paths of the control plane that do not name the tenant get `?tenant=`, because the caller can belong to another one. */
  async call(method: string, path: string, sending: RequestOptions = {}): Promise<Response> {
    const headers = { ...sending.headers, ...(this.changeSet === null ? {} : { 'x-change-set': this.changeSet }) };
    if (path.startsWith('/api/')) {
      const isInPath = path.startsWith('/api/v1/tenants/') && path !== OWN_TENANT;
      const named = isInPath ? {} : { tenant: this.slug };
      return this.controlPlane.call(method, path, { ...sending, headers, query: { ...sending.query, ...named } });
    }
    this.backend ??= await this.access.connect(this);
    return this.backend.call(method, path, { ...sending, headers });
  }

  async send<T>(schema: z.ZodType<T>, method: string, path: string, sending: RequestOptions = {}): Promise<T> {
    return contentOf(await this.call(method, path, sending), schema, `${method} ${path}`);
  }

  /** Returns all items of a list. */
  async all<T>(item: z.ZodType<T>, path: string, query: Readonly<Record<string, string>> = {}): Promise<readonly T[]> {
    const page = z.object({ items: z.array(item), nextCursor: z.string().nullable().default(null) });
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const next: z.infer<typeof page> = await this.send(page, 'GET', path, {
        query: { ...query, ...(cursor === '' ? {} : { cursor }) },
      });
      items.push(...next.items);
      if (next.nextCursor !== null && (next.items.length === 0 || items.length > MAX_ITEMS)) {
        throw new CommandFault(`The list ${path} of the tenant "${this.slug}" does not end.`);
      }
      cursor = next.nextCursor;
    }
    return items;
  }
}
