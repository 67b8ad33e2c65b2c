import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/database';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { ProjectsPort } from './contract/projects.port';
import type { NewProject, Project, ProjectPatch, ProjectQuery } from './contract/projects.types';
import { ProjectsRepository, type ProjectWrite } from './storage/projects.repository';

@Injectable()
export class ProjectsService implements ProjectsPort {
  constructor(
    private readonly repository: ProjectsRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  create(context: CallContext, input: NewProject): Promise<Project> {
    const write = writeOf(context, newId('prj', this.clock.nowMs()));
    return this.writes.once(context, { action: 'project.create', input }, async (tx) => {
      const created = await this.repository.insert(tx, write, input);
      await this.stage(tx, context, 'project.create', write.id);
      return created;
    });
  }

  list(context: CallContext, query: ProjectQuery): Promise<CountedPage<Project>> {
    return this.repository.list(requireTenant(context), query);
  }

  async get(context: CallContext, id: string): Promise<Project> {
    const project = await this.repository.find(requireTenant(context), id);
    if (!project) throw notFound();
    return project;
  }

  update(context: CallContext, id: string, patch: ProjectPatch, expected: ExpectedVersions): Promise<Project> {
    return this.writes.once(context, { action: 'project.update', input: { id, patch } }, async (tx) => {
      const updated = await this.repository.update(tx, writeOf(context, id), patch, expected);
      if (updated === null) throw await this.whyNot(tx, context, id);
      await this.stage(tx, context, 'project.update', id, { members: Object.keys(patch) });
      return updated;
    });
  }

  remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void> {
    return this.writes.once(context, { action: 'project.delete', input: { id } }, async (tx) => {
      const isDeleted = await this.repository.softDelete(tx, writeOf(context, id), expected);
      if (!isDeleted) throw await this.whyNot(tx, context, id);
      await this.stage(tx, context, 'project.delete', id);
    });
  }

  restore(context: CallContext, id: string): Promise<Project> {
    return this.writes.once(context, { action: 'project.restore', input: { id } }, async (tx) => {
      const restored = await this.repository.restore(tx, writeOf(context, id));
      if (restored === null) throw notFound();
      await this.stage(tx, context, 'project.restore', id);
      return restored;
    });
  }

  /** Why a write found nothing to write: there is none, or none of the expected versions. */
  private async whyNot(tx: Tx, context: CallContext, id: string): Promise<AppError> {
    return (await this.repository.exists(tx, requireTenant(context), id)) ? changedMeanwhile() : notFound();
  }

  private stage(tx: Tx, context: CallContext, action: string, id: string, metadata = {}): Promise<void> {
    const audited = { action, resourceType: 'project', resourceId: id, metadata };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

function writeOf(context: CallContext, id: string): ProjectWrite {
  return { tenantId: requireTenant(context), id, actorId: context.actor.id };
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such project.');
}
