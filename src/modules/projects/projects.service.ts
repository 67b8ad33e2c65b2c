import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../kernel/http/page';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { ProjectsPort } from './contract/projects.port';
import type { NewProject, Project } from './contract/projects.types';
import { ProjectsRepository } from './storage/projects.repository';

@Injectable()
export class ProjectsService implements ProjectsPort {
  constructor(
    private readonly repository: ProjectsRepository,
    private readonly clock: Clock,
  ) {}

  create(context: CallContext, input: NewProject): Promise<Project> {
    const id = newId('prj', this.clock.nowMs());
    const event = this.event(context, 'project.create', id);
    return this.repository.insert(requireTenant(context), id, context.actor.id, input, event);
  }

  async list(context: CallContext, query: PageQuery): Promise<Page<Project>> {
    const after = decodeCursor(query.cursor) ?? '';
    const projects = await this.repository.list(requireTenant(context), after, query.limit + 1);
    return toPage(projects, query.limit, ({ id }) => id);
  }

  async get(context: CallContext, id: string): Promise<Project> {
    const project = await this.repository.find(requireTenant(context), id);
    if (!project) throw notFound();
    return project;
  }

  async remove(context: CallContext, id: string): Promise<void> {
    const event = this.event(context, 'project.delete', id);
    if (!(await this.repository.softDelete(requireTenant(context), id, event))) throw notFound();
  }

  private event(context: CallContext, action: string, id: string): StagedEvent {
    const audited = { action, resourceType: 'project', resourceId: id };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such project.');
}
