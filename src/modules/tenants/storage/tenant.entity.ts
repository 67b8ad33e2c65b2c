import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { Tenant } from '../contract/tenants.types';

@Entity({ schema: 'tenants', name: 'tenants' })
export class TenantEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column('text')
  plan!: Tenant['plan'];

  @Column('text')
  status!: Tenant['status'];

  @Column('text', { name: 'logo_uri', nullable: true })
  logoUri!: string | null;

  @Column('text', { nullable: true })
  color!: string | null;

  @Column('jsonb')
  settings!: object;

  @Column('timestamptz', { name: 'erase_after', nullable: true })
  eraseAfter!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}

export function toTenant(row: TenantEntity): Tenant {
  return {
    ...row,
    settings: { ...row.settings },
    eraseAfter: row.eraseAfter?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
