import { z } from 'zod';
import { readEnvironment } from '../../kernel/config/environment';
import { SLUG } from '../../modules/tenants/contract/tenants.types';
import { type Connection, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { Refusal } from '../api/refusal';
import { RestClient } from '../api/rest-client';
import { CommandFault } from '../command';
import type { Credentials } from './document/schema';
import { KINDS } from './kinds/kinds';
import { OWN_TENANT, TenantApi } from './tenant-api';

/** Options of every command that reads or applies a configuration. */
export const PLATFORM_OPTIONS = {
  ...CONNECTION_OPTIONS,
  'control-plane-url': { type: 'string' },
  tenant: { type: 'string' },
} as const;

export const PLATFORM_HELP = `  --tenant              only this tenant, with the rights of its own administrator
  --context             context of "coresdk login" (CPOD_CONTEXT; default: the current context)
  --url                 address of the platform (CPOD_URL; default: that of the context, or http://localhost:8000)
  --control-plane-url   address of the control plane (CPOD_CONTROL_PLANE_URL; default: that of the context, or
                        http://localhost:8080)
  --api-key-file        file with an API key, an admin token or the service token (or the value in CPOD_API_KEY)
  --client-id           app that acts with its own token (CPOD_CLIENT_ID), and
  --client-secret-file  file with its secret (or the secret itself in CPOD_CLIENT_SECRET)`;

type PlatformValues = { readonly [Name in keyof typeof PLATFORM_OPTIONS]?: string | undefined };

/** The slug becomes part of paths and file names, so it is checked even though it comes from the platform. */
const tenantItem = z.object({ id: z.string(), slug: z.string().regex(SLUG), status: z.string() });

const shownApp = z.object({ declared_scopes: z.array(z.string()) });
const ADMIN_SCOPES: readonly string[] = ['admin', 'platform.admin'];

/** A tenant that exists, with its ID, by which an installation is recognized. */
export interface KnownTenant {
  readonly id: string;
  readonly slug: string;
}

/** The scopes of all objects in a tenant on a surface. */
function scopesOn(surface: 'control-plane' | 'backend'): readonly string[] {
  return [...new Set(KINDS.filter((kind) => kind.surface === surface).flatMap(({ scopes }) => scopes))];
}

/** An installation, as the caller of a command can read and change it. */
export class Platform {
  private readonly controlPlane: RestClient;

  constructor(private readonly values: PlatformValues) {
    const admin = values.tenant === undefined ? ADMIN_SCOPES : ['admin'];
    const { 'control-plane-url': url, ...rest } = values;
    this.controlPlane = new RestClient(connectionOf({ ...rest, url }, 'control-plane'), admin);
  }

  /** The tenant to which the command is limited; `null` for a platform administrator. */
  get own(): string | null {
    return this.values.tenant ?? null;
  }

  /**
   * Returns the tenants that the caller can configure, except those about to be deleted. Errors: `CommandFault` if the caller does not belong
   * to the tenant to which the command is limited.
   */
  async tenants(): Promise<readonly KnownTenant[]> {
    if (this.own !== null) return [await this.ownTenant(this.controlPlane, OWN_TENANT)];
    const tenants: KnownTenant[] = [];
    for await (const { id, slug, status } of this.controlPlane.all(tenantItem, '/api/v1/tenants', { limit: '100' })) {
      if (status !== 'pending_deletion') tenants.push({ id, slug });
    }
    return tenants;
  }

  /**
   * Returns the API for one tenant.
   * @param credentials the app of the tenant that acts on the public surface for a platform administrator; omitted if there is none.
   * @param changeSet the ID under which changes are audited; `null` for reading only.
   */
  forTenant(slug: string, credentials: Credentials | undefined, changeSet: string | null): TenantApi {
    const isOwn = this.own !== null;
    const connect = (api: TenantApi): Promise<RestClient> =>
      isOwn || credentials === undefined ? this.asCaller() : this.asApp(api, credentials);
    const secret = (reference: string): Promise<string> => this.secret(reference);
    const app = isOwn ? null : (credentials?.app ?? null);
    const access = { isPossible: isOwn || credentials !== undefined, app, connect, secret };
    return new TenantApi(slug, this.controlPlane, access, changeSet, isOwn);
  }

  /** Returns a client for the public surface with the caller's own credentials. */
  private get backend(): RestClient {
    return new RestClient(this.publicConnection(), [...scopesOn('backend'), 'secrets.read']);
  }

  /** Returns a client for the public surface as the caller, who belongs to the tenant there, too. */
  private async asCaller(): Promise<RestClient> {
    const { backend } = this;
    if (this.own !== null) await this.ownTenant(backend, '/v1/tenants/current');
    return backend;
  }

  /** Returns the tenant of the caller on a surface. Errors: `CommandFault` unless it is the one to which the command is limited. */
  private async ownTenant(surface: RestClient, path: string): Promise<KnownTenant> {
    const found = await surface.get(tenantItem, path).catch((error: unknown) => {
      // A token of the installation itself belongs to no tenant.
      if (error instanceof Refusal && error.status === 400) return null;
      throw error;
    });
    if (found?.slug === this.own) return found;
    const owner = found === null ? 'no tenant' : `the tenant "${found.slug}"`;
    throw new CommandFault(
      `The credentials for ${surface.url} belong to ${owner}, not to "${this.own}". Use a token of "${this.own}".`,
    );
  }

  /** Returns a client for the public surface as an app of the tenant. */
  private async asApp(api: TenantApi, { app, secretRef }: Credentials): Promise<RestClient> {
    const clientId = api.clientIds.get(app);
    if (clientId === undefined) throw new CommandFault(`The tenant "${api.slug}" has no app with the name "${app}".`);
    const clientSecret = api.clientSecrets.get(app) ?? (await this.secret(secretRef));
    const { declared_scopes: declared } = await api.send(
      shownApp,
      'GET',
      `/api/v1/apps/${encodeURIComponent(clientId)}`,
    );
    // A workflow needs the scopes of what its steps do, so the app requests all that it has, except those of an administrator.
    const scopes = declared.filter((scope) => !ADMIN_SCOPES.includes(scope));
    const connection = { ...this.publicConnection(), scopes: null, credential: { clientId, clientSecret } };
    return new RestClient(connection, scopes);
  }

  private publicConnection(): Connection {
    const { 'control-plane-url': _, ...rest } = this.values;
    return connectionOf(rest, 'backend');
  }

  /** Returns a secret from the environment, or from the secret store of the caller's own tenant. */
  private async secret(reference: string): Promise<string> {
    const [, where, name = ''] = /^(env|store):(.*)$/.exec(reference) ?? [];
    if (where === 'env') {
      const value = readEnvironment()[name];
      if (value !== undefined && value !== '') return value;
      throw new CommandFault(`The variable ${name} is not set, to which the configuration refers with "${reference}".`);
    }
    const json = { name };
    const { value } = await this.backend.send(z.object({ value: z.string() }), 'POST', '/v1/secrets/resolve', { json });
    return value;
  }
}
