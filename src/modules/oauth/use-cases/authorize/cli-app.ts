import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { systemContext } from '../../../../kernel/context/call-context';
import { AppError } from '../../../../kernel/errors/app-error';
import { AppsPort } from '../../../apps/contract/apps.port';
import { type Client, newApp } from '../../../apps/contract/apps.types';
import { CLI_REDIRECT_URIS, CLI_SCOPES, tenantOfCliClient } from '../../../apps/contract/cli-app';
import { ClientsPort } from '../../../apps/contract/clients.port';
import { TenantsPort } from '../../../tenants/contract/tenants.port';
import { AuthorizationRefusal } from './refusal';

/**
 * The app of the command line, which every tenant has: a public native app without a secret. It is created at the first sign-in, so new and
 * existing tenants need no other step.
 */
@Injectable()
export class CliApp {
  constructor(
    private readonly clients: ClientsPort,
    private readonly tenants: TenantsPort,
    private readonly apps: AppsPort,
  ) {}

  /**
   * Returns the client with an id; `null` if there is none. Creates the command line's app of an active tenant if it is missing, and updates
   * its scopes if a new version of the platform has others. Refuses with `unauthorized_client` if another tenant registered its id before
   * the id was reserved, because that tenant controls the app.
   */
  async findOrCreate(clientId: string, requestId: string): Promise<Client | null> {
    const known = await this.clients.find(clientId);
    const slugOrId = tenantOfCliClient(clientId);
    if (slugOrId === null) return known;
    const tenant = await this.tenants.find(slugOrId);
    if (known && known.tenantId !== tenant?.id) {
      throw new AuthorizationRefusal(
        'unauthorized_client',
        `The app '${clientId}' belongs to a different organization. The operator must delete it.`,
      );
    }
    if (tenant?.status !== 'active' || (known && isCurrent(known))) return known;
    const context = systemContext(requestId, tenant.id);
    if (known) await this.apps.update(context, clientId, scopes());
    else await this.apps.register(context, newCliApp(clientId)).catch(unlessTaken);
    return this.clients.find(clientId);
  }
}

function isCurrent({ declaredScopes, defaultScopes }: Client): boolean {
  return isDeepStrictEqual([declaredScopes, defaultScopes], [CLI_SCOPES, CLI_SCOPES]);
}

const scopes = () => ({ declared_scopes: [...CLI_SCOPES], default_scopes: [...CLI_SCOPES] });

function newCliApp(clientId: string) {
  return newApp.parse({
    client_id: clientId,
    name: 'CoreSDK command line',
    app_type: 'native',
    first_party: true,
    redirect_uris: CLI_REDIRECT_URIS,
    ...scopes(),
  });
}

/** Ignores a conflict: a simultaneous sign-in has already created the app. */
function unlessTaken(error: unknown): null {
  if (error instanceof AppError && error.code === 'conflict') return null;
  throw error;
}
