import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

@Injectable()
export class AssertionsRepository {
  constructor(private readonly database: Database) {}

  /** Records the use of a client's assertion until the assertion expires. Returns false if it was used before. */
  async use(tenantId: string, clientId: string, jtiHash: Buffer, expiresAt: Date): Promise<boolean> {
    const count = await this.database.tenant(tenantId).count(
      `INSERT INTO oauth.assertions (tenant_id, client_id, jti_hash, expires_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING client_id`,
      [tenantId, clientId, jtiHash, expiresAt],
    );
    return count > 0;
  }
}
