import { Column, CreateDateColumn, DeleteDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { Project } from '../contract/projects.types';

@Entity({ schema: 'projects', name: 'projects' })
export class ProjectEntity {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  key!: string;

  @Column('text')
  name!: string;

  @Column('text')
  description!: string;

  @Column('text', { name: 'owner_id' })
  ownerId!: string;

  @Column('text')
  status!: Project['status'];

  @Column('text')
  priority!: Project['priority'];

  @Column('date', { name: 'start_date', nullable: true })
  startDate!: string | null;

  @Column('date', { name: 'end_date', nullable: true })
  endDate!: string | null;

  /** PostgreSQL gives `numeric` as text, since it holds more than a double does. */
  @Column('numeric', { nullable: true })
  budget!: string | null;

  @Column('text', { array: true })
  labels!: string[];

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;

  @DeleteDateColumn({ type: 'timestamptz', name: 'deleted_at' })
  deletedAt!: Date | null;
}

export function toProject(row: ProjectEntity): Project {
  const { tenantId: _tenantId, deletedAt: _deletedAt, ...members } = row;
  return {
    ...members,
    budget: row.budget === null ? null : Number(row.budget),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
