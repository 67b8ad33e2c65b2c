import { Injectable } from '@nestjs/common';
import type { CallerSignal } from '../../../kernel/context/call-context';
import { Database } from '../../../kernel/database/database';

@Injectable()
export class ShownAssertionsRepository {
  constructor(private readonly database: Database) {}

  /** Records that an assertion was presented, until it expires. Returns false if it was presented before, to any process. */
  async show(tenantId: string, hash: Buffer, expiresAt: Date, over?: CallerSignal): Promise<boolean> {
    const count = await this.database.tenant(tenantId, over).count(
      `INSERT INTO saml.shown_assertions (tenant_id, hash, expires_at) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING tenant_id`,
      [tenantId, hash, expiresAt],
    );
    return count > 0;
  }

  /** Deletes expired records of every tenant. */
  async prune(): Promise<void> {
    await this.database.platform().run('SELECT saml.prune()');
  }
}
