import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { StoredSecret } from '../domain/client-secret';

@Entity({ schema: 'apps', name: 'secrets' })
export class SecretEntity {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'client_id' })
  clientId!: string;

  @Column('bytea')
  hash!: Buffer;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;
}

export function toStoredSecret(row: SecretEntity): StoredSecret {
  return {
    id: row.id,
    hash: row.hash,
    createdAtMs: row.createdAt.getTime(),
    expiresAtMs: row.expiresAt?.getTime() ?? null,
  };
}
