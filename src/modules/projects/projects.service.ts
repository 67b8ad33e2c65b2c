import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import type { ExpectedVersions } from '../../kernel/http/conditions/versions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { AuditQueryPort } from '../audit/contract/audit-query.port';
import { EntitlementsPort } from '../entitlements/contract/entitlements.port';
import { type Entitlement, UNLIMITED } from '../entitlements/contract/entitlements.types';
import type { ProjectsPort } from './contract/projects.port';
import type { NewProject, Project, ProjectActivity, ProjectPatch, ProjectQuery } from './contract/projects.types';
import { notFound, ProjectAuditRecorder } from './project-audit-recorder';
import { ProjectsRepository, type ProjectWrite } from './storage/projects.repository';

/** The plan quota that limits the number of a tenant's projects. Deleted projects do not count. */
const QUOTA = 'projects';

@Injectable()
export class ProjectsService implements ProjectsPort {
  constructor(
    private readonly repository: ProjectsRepository,
    private readonly writes: Writes,
    private readonly trail: ProjectAuditRecorder,
    private readonly entitlements: EntitlementsPort,
    private readonly audit: AuditQueryPort,
  ) {}

  async create(context: CallContext, input: NewProject): Promise<Project> {
    const quota = await this.quota(context);
    const write = writeOf(context, newId('prj'));
    return this.writes.once(context, { action: 'project.create', input }, async (tx) => {
      await this.assertRoom(tx, context, quota);
      const created = await this.repository.insert(tx, write, input);
      await this.trail.stage(tx, context, 'project.create', write.id, {}, created);
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
      if (updated === null)
        throw await this.trail.whyNot(tx, context, id, patch.status === undefined ? 'kept' : 'open');
      await this.trail.stage(tx, context, 'project.update', id, { members: Object.keys(patch) }, updated);
      return updated;
    });
  }

  remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void> {
    return this.writes.once(context, { action: 'project.delete', input: { id } }, async (tx) => {
      const isDeleted = await this.repository.softDelete(tx, writeOf(context, id), expected);
      if (!isDeleted) throw await this.trail.whyNot(tx, context, id);
      await this.trail.stage(tx, context, 'project.delete', id);
    });
  }

  async restore(context: CallContext, id: string): Promise<Project> {
    const quota = await this.quota(context);
    return this.writes.once(context, { action: 'project.restore', input: { id } }, async (tx) => {
      const restored = await this.repository.restore(tx, writeOf(context, id));
      if (restored === null) throw notFound();
      await this.assertRoom(tx, context, quota, 1);
      await this.trail.stage(tx, context, 'project.restore', id, {}, restored);
      return restored;
    });
  }

  async activity(context: CallContext, id: string, query: PageQuery): Promise<Page<ProjectActivity>> {
    await this.get(context, id);
    const { items, nextCursor } = await this.audit.search(context, { ...query, resource: `project/${id}` });
    return {
      items: items.map(({ id: eventId, ts, action, actorType, actorId, outcome, metadata }) => {
        return { id: eventId, ts, action, actorType, actorId, outcome, metadata };
      }),
      nextCursor,
    };
  }

  private quota(context: CallContext): Promise<Entitlement> {
    return this.entitlements.check(context, requireTenant(context), QUOTA);
  }

  /**
   * Asserts that the plan's limit allows another project.
   * @param own the number of existing projects that this write has created. Errors: `conflict` if the limit is reached.
   */
  private async assertRoom(
    tx: Tx,
    context: CallContext,
    { entitled, limit, plan }: Entitlement,
    own = 0,
  ): Promise<void> {
    if (entitled && limit === UNLIMITED) return;
    const room = entitled ? limit : 0;
    if ((await this.repository.countLocked(tx, requireTenant(context), room + own)) < room + own) return;
    throw new AppError(
      'conflict',
      `The limit of ${room} projects of plan "${plan}" is reached. Delete a project, or upgrade.`,
    );
  }
}

function writeOf(context: CallContext, id: string): ProjectWrite {
  return { tenantId: requireTenant(context), id, actorId: context.actor.id };
}
