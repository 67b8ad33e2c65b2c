import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { isId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { MembershipsPort } from '../users/contract/memberships.port';
import type { ProjectMembersPort } from './contract/project-members.port';
import type { MemberInput, MemberQuery, ProjectMember, ProjectTransfer } from './contract/project-members.types';
import type { Project } from './contract/projects.types';
import { notFound, ProjectAuditRecorder } from './project-audit-recorder';
import { MembersRepository } from './storage/members.repository';
import { ProjectsRepository } from './storage/projects.repository';

@Injectable()
export class ProjectMembersService implements ProjectMembersPort {
  constructor(
    private readonly projects: ProjectsRepository,
    private readonly repository: MembersRepository,
    private readonly users: MembershipsPort,
    private readonly writes: Writes,
    private readonly trail: ProjectAuditRecorder,
  ) {}

  async members(context: CallContext, id: string, query: MemberQuery): Promise<CountedPage<ProjectMember>> {
    const tenantId = requireTenant(context);
    if ((await this.projects.find(tenantId, id)) === null) throw notFound();
    return this.repository.list(tenantId, id, query);
  }

  async setMember(context: CallContext, id: string, userId: string, { role }: MemberInput): Promise<ProjectMember> {
    const tenantId = requireTenant(context);
    const isUser = await this.isActiveUser(tenantId, userId);
    const input = { id, userId, role };
    return this.writes.once(context, { action: 'project.member.set', input }, async (tx) => {
      const held = await this.projects.lock(tx, tenantId, id);
      if (held === null) throw notFound();
      if (!isUser) throw noUser('/userId');
      if (held.ownerId === userId) {
        throw new AppError('conflict', 'The owner of a project cannot be a member. Transfer the project first.');
      }
      const member = await this.repository.put(tx, tenantId, id, userId, { role, addedBy: context.actor.id });
      await this.trail.stage(tx, context, 'project.member.set', id, { userId, role });
      return member;
    });
  }

  removeMember(context: CallContext, id: string, userId: string): Promise<void> {
    const tenantId = requireTenant(context);
    return this.writes.once(context, { action: 'project.member.remove', input: { id, userId } }, async (tx) => {
      if ((await this.projects.lock(tx, tenantId, id)) === null) throw notFound();
      if (!(await this.repository.remove(tx, tenantId, id, userId))) {
        throw new AppError('not_found', 'The user is not a member of the project.');
      }
      await this.trail.stage(tx, context, 'project.member.remove', id, { userId });
    });
  }

  async transfer(
    context: CallContext,
    id: string,
    { ownerId }: ProjectTransfer,
    expected: ExpectedVersions,
  ): Promise<Project> {
    const tenantId = requireTenant(context);
    const actorId = context.actor.id;
    const isUser = await this.isActiveUser(tenantId, ownerId);
    return this.writes.once(context, { action: 'project.transfer', input: { id, ownerId } }, async (tx) => {
      const held = await this.projects.lock(tx, tenantId, id);
      if (held === null) throw notFound();
      if (!isUser) throw noUser('/ownerId');
      const project = await this.projects.setOwner(tx, { tenantId, id, actorId }, ownerId, expected);
      if (project === null) throw await this.trail.whyNot(tx, context, id);
      await this.repository.remove(tx, tenantId, id, ownerId);
      if (held.ownerId !== ownerId && isId('usr', held.ownerId)) {
        await this.repository.put(tx, tenantId, id, held.ownerId, { role: 'admin', addedBy: actorId });
      }
      await this.trail.stage(tx, context, 'project.transfer', id, { from: held.ownerId, to: ownerId }, project);
      return project;
    });
  }

  private async isActiveUser(tenantId: string, userId: string): Promise<boolean> {
    return isId('usr', userId) && (await this.users.ofUser(tenantId, userId)).isActive;
  }
}

function noUser(pointer: string): AppError {
  const message = 'The user does not exist or is not active.';
  return new AppError('invalid_request', message, { fields: [{ pointer, code: 'unknown_user', message }] });
}
