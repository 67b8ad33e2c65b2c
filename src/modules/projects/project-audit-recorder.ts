import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile } from '../../kernel/http/conditions/versions';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { Project } from './contract/projects.types';
import { ProjectsRepository } from './storage/projects.repository';

type ProjectAction =
  | 'project.create'
  | 'project.update'
  | 'project.delete'
  | 'project.restore'
  | 'project.purge'
  | 'project.transfer'
  | 'project.member.set'
  | 'project.member.remove';

/** The parts that all writes to projects share: staging the event, and explaining why a write matched no project. */
@Injectable()
export class ProjectAuditRecorder {
  constructor(
    private readonly repository: ProjectsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Stages an audit event.
   * @param made the state of the project after the write, for readers of events.
   */
  stage(
    tx: Tx,
    context: CallContext,
    action: ProjectAction,
    id: string,
    metadata: object = {},
    made?: Project,
  ): Promise<void> {
    const audited = { action, resourceType: 'project', resourceId: id, metadata: { ...metadata } };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()), made));
  }

  /**
   * Returns the reason why a write matched no project: it does not exist, has none of the expected versions, or is archived.
   * @param archive `kept` for a write that is refused for an archived project.
   */
  async whyNot(tx: Tx, context: CallContext, id: string, archive: 'open' | 'kept' = 'open'): Promise<AppError> {
    const found = await this.repository.lock(tx, requireTenant(context), id);
    if (found === null) return notFound();
    if (archive === 'open' || found.status !== 'archived') return changedMeanwhile();
    return new AppError('conflict', 'The project is archived. Change its status first, or in the same request.');
  }
}

export function notFound(): AppError {
  return new AppError('not_found', 'The project does not exist.');
}
