import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

@Injectable()
export class ClientRegistrationsRepository {
  constructor(private readonly database: Database) {}

  async registeredAt(tenantId: string, clientId: string): Promise<Date | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ created_at: Date }>('SELECT created_at FROM apps.apps WHERE tenant_id = $1 AND client_id = $2', [
        tenantId,
        clientId,
      ]);
    return row?.created_at ?? null;
  }
}
