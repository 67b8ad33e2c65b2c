import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { KeyStatus, PublicJwk } from '../contract/keys.types';

@Entity({ schema: 'keys', name: 'signing_keys' })
export class SigningKeyEntity {
  @PrimaryColumn('text')
  kid!: string;

  @Column('text')
  status!: KeyStatus;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: PublicJwk;

  @Column('bytea', { name: 'sealed_private' })
  sealedPrivate!: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt!: Date | null;

  @Column('timestamptz', { name: 'signs_from', nullable: true })
  signsFrom!: Date | null;

  @Column('timestamptz', { name: 'activated_at', nullable: true })
  activatedAt!: Date | null;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;

  @Column('timestamptz', { name: 'publish_until', nullable: true })
  publishUntil!: Date | null;
}
