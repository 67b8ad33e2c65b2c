import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { AppsRepository } from './apps.repository';

/** Origins that apps list. */
export type Origins = ReadonlySet<string>;

const OF_APP = 'SELECT unnest(allowed_origins) AS origin FROM apps.apps WHERE tenant_id = $1 AND client_id = $2';
const OF_ALL = 'SELECT apps.all_origins() AS origin';

interface Row {
  readonly origin: string;
}

@Injectable()
export class AppOriginsRepository {
  constructor(
    private readonly database: Database,
    private readonly apps: AppsRepository,
  ) {}

  /** Returns the origins that the apps of all active tenants list. */
  async all(): Promise<Origins> {
    return originsOf(await this.database.platform().rows<Row>(OF_ALL));
  }

  /** Returns the origins that an app lists; `null` for an unknown app. */
  async find(clientId: string): Promise<Origins | null> {
    const tenantId = await this.apps.tenantOf(clientId);
    if (tenantId === null) return null;
    return originsOf(await this.database.tenant(tenantId).rows<Row>(OF_APP, [tenantId, clientId]));
  }
}

function originsOf(rows: readonly Row[]): Origins {
  return new Set(rows.map(({ origin }) => origin));
}
