import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { Database } from '../../../kernel/database/database';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import type { NewProject, Project } from '../contract/projects.types';
import { ProjectEntity, toProject } from './project.entity';

@Injectable()
export class ProjectsRepository {
  constructor(private readonly database: Database) {}

  /** Errors: `conflict` when the key is taken in the tenant. */
  async insert(tenantId: string, id: string, ownerId: string, input: NewProject, event: StagedEvent): Promise<Project> {
    try {
      return await this.database.tenantTransaction(tenantId, async (tx) => {
        const repository = tx.getRepository(ProjectEntity);
        const budget = input.budget === null ? null : input.budget.toFixed(2);
        const row = repository.create({ ...input, budget, tenantId, id, ownerId, deletedAt: null });
        await repository.insert(row);
        await stageEvent(tx, event);
        return toProject(row);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('conflict', `There is a project with the key "${input.key}".`);
      throw error;
    }
  }

  async list(tenantId: string, afterId: string, limit: number): Promise<Project[]> {
    const rows = await this.database.tenantTransaction(tenantId, (tx) =>
      tx.getRepository(ProjectEntity).find({
        where: { tenantId, id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
    return rows.map(toProject);
  }

  async find(tenantId: string, id: string): Promise<Project | null> {
    const row = await this.database.tenantTransaction(tenantId, (tx) =>
      tx.getRepository(ProjectEntity).findOneBy({ tenantId, id }),
    );
    return row && toProject(row);
  }

  /** Whether there was one to delete. The event is staged only then. */
  async softDelete(tenantId: string, id: string, event: StagedEvent): Promise<boolean> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const { affected } = await tx.getRepository(ProjectEntity).softDelete({ tenantId, id });
      if (affected !== 1) return false;
      await stageEvent(tx, event);
      return true;
    });
  }
}
