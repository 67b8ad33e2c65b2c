import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** A sign-in that left for its provider. */
export interface PendingSignIn {
  readonly tenantId: string;
  /** SHA-256 of the id in the state. */
  readonly hash: Buffer;
  readonly connectionId: string;
  /** The authorization request to which the browser returns. */
  readonly request: string;
  readonly expiresAt: Date;
}

/** Sign-ins in progress. Each can be completed once. */
@Injectable()
export class SignInsRepository {
  constructor(private readonly database: Database) {}

  async insert({ tenantId, hash, connectionId, request, expiresAt }: PendingSignIn): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run(
        `INSERT INTO connections.sign_ins (tenant_id, hash, connection_id, request, expires_at) VALUES ($1, $2, $3, $4, $5)`,
        [tenantId, hash, connectionId, request, expiresAt],
      );
  }

  /** Uses up a sign-in. @returns its authorization request; `null` if it is unknown or used already. */
  async take(tenantId: string, hash: Buffer): Promise<string | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ request: string; expires_at: Date }>(
        'DELETE FROM connections.sign_ins WHERE tenant_id = $1 AND hash = $2 RETURNING request, expires_at',
        [tenantId, hash],
      );
    return row?.request ?? null;
  }

  /** Deletes expired sign-ins of every tenant. */
  async prune(): Promise<void> {
    await this.database.platform().run('SELECT connections.prune()');
  }
}
