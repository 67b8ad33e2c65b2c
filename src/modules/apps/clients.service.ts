import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { Clock } from '../../kernel/time/clock';
import { ContextSecrets } from './context-secrets';
import { type App, APPS_TOPIC, type Client, CLIENT_ID, type ClientJwk } from './contract/apps.types';
import type { ClientsPort } from './contract/clients.port';
import { usesSecret } from './domain/app-faults';
import { matchSecret, type StoredSecret } from './domain/client-secret';
import { RemoteJwks } from './remote-jwks';
import { SecretUse } from './secret-use';
import { toClient } from './storage/app.row';
import { AppsRepository } from './storage/apps.repository';
import type { SealedSecret } from './storage/context-secrets.repository';
import { toStoredSecret } from './storage/secret.row';

interface Known {
  readonly client: Client;
  readonly secrets: readonly StoredSecret[];
  readonly jwks: App['jwks'];
  readonly jwksUri: string | null;
  /** Empty unless the client signs platform contexts. */
  readonly contextSecrets: readonly SealedSecret[];
}

/** Maximum number of clients cached by one process. Unknown ids are not cached, because attackers can send any number of them. */
const CACHED = 20_000;

@Injectable()
export class ClientsService implements ClientsPort {
  private readonly known: TenantCache<Known | null>;

  constructor(
    private readonly repository: AppsRepository,
    private readonly use: SecretUse,
    private readonly remoteJwks: RemoteJwks,
    feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly contextSecrets: ContextSecrets,
  ) {
    this.known = new TenantCache({
      feed,
      what: 'Clients are',
      changes: { [APPS_TOPIC]: ({ key }) => key },
      read: (clientId) => this.read(clientId),
      maxSize: CACHED,
      whenSilent: 'read',
    });
  }

  async find(clientId: string): Promise<Client | null> {
    return (await this.lookUp(clientId))?.client ?? null;
  }

  async authenticate(clientId: string, secret: string): Promise<Client | null> {
    // Does not wait if the client is in memory: this is called for each token.
    const found = this.known.peek(clientId) ?? (await this.lookUp(clientId));
    const nowMs = this.clock.nowMs();
    const match = matchSecret(secret, found?.secrets ?? [], nowMs);
    if (!found || !match || !usesSecret(found.client.tokenEndpointAuthMethod)) return null;
    this.use.note(found.client.tenantId, match.id, nowMs);
    return found.client;
  }

  async provesByMac(clientId: string, message: Buffer, mac: Buffer): Promise<Client | null> {
    const found = await this.lookUp(clientId);
    if (found?.client.platformContext !== true) return null;
    const { client, contextSecrets } = found;
    const nowMs = this.clock.nowMs();
    return (await this.contextSecrets.prove(client.tenantId, contextSecrets, message, mac, nowMs)) ? client : null;
  }

  async publicKeys(clientId: string, kid: string | null): Promise<readonly ClientJwk[]> {
    const found = await this.lookUp(clientId);
    if (found?.client.tokenEndpointAuthMethod !== 'private_key_jwt') return [];
    return found.jwksUri === null ? (found.jwks?.keys ?? []) : this.remoteJwks.keys(found.jwksUri, kid);
  }

  private lookUp(clientId: string): Promise<Known | null> {
    // Any other string cannot be a client id and does not need to reach the database.
    return CLIENT_ID.test(clientId) ? this.known.get(clientId) : Promise.resolve(null);
  }

  private async read(clientId: string): Promise<Known | null> {
    const tenantId = await this.repository.tenantOf(clientId);
    const found = tenantId === null ? null : await this.repository.find(tenantId, clientId);
    if (!found) return null;
    const { jwks, jwksUri } = found.row;
    const client = toClient(found.row);
    const contextSecrets = client.platformContext ? await this.contextSecrets.of(client.tenantId, clientId) : [];
    return { client, secrets: found.secrets.map(toStoredSecret), jwks, jwksUri, contextSecrets };
  }
}
