import { Injectable } from '@nestjs/common';
import { requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { ifNoneMatchHolds } from '../../../kernel/http/conditions/entity-tag';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import { type SlicedWork, tenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import { DirectoryGroupsPort } from '../../users/contract/directory-groups.port';
import type { DirectoryGroup, DirectoryGroupWrite, MemberChange } from '../../users/contract/directory.types';
import type { ScimAnswer, ScimCaller, ScimRequest } from '../contract/scim.types';
import { DIALECTS } from '../domain/dialect';
import { assertMayWrite, versionsOf } from './entity-tags';
import {
  changeOf,
  isOfMembers,
  memberChanges,
  memberIds,
  membersApart,
  toGroupWrite,
  toScimGroup,
} from '../domain/group-mapping';
import type { ListRequest } from '../domain/list-request';
import { applyPatch } from '../domain/patch/apply-patch';
import { type PatchOperation, readPatch } from '../domain/patch/patch-request';
import { type Projection, readProjection, wants } from '../domain/projection';
import { readResource } from '../domain/read-resource';
import { ScimError } from '../contract/scim-error';
import type { ResourceModel } from '../domain/schema/resource-model';
import type { ScimObject } from '../domain/schema/schema.types';
import { directoryQuery } from './directory-query';
import { ResourceWriteQueue } from './write-queue';
import { ResourceAnswers } from './resource-answers';
import { ScimModels } from './scim-models';
import { projectionOf } from './scim-users';

/** A change to a group. */
interface GroupChange {
  readonly write: DirectoryGroupWrite | null;
  readonly members: readonly MemberChange[];
}

/** `/Groups` (RFC 7644 §3.3 to §3.6). Members are changed in the database, so that a large group is never read completely. */
@Injectable()
export class ScimGroups {
  private readonly turns = new ResourceWriteQueue();

  constructor(
    private readonly groups: DirectoryGroupsPort,
    private readonly models: ScimModels,
    private readonly answers: ResourceAnswers,
  ) {}

  async create(caller: ScimCaller, { body, query }: ScimRequest): Promise<ScimAnswer> {
    const model = await this.modelOf(caller);
    const projection = projectionOf(model, query);
    const { members, rest } = membersApart(model, body);
    const write = toGroupWrite(readResource(model, rest, DIALECTS[caller.preset]));
    const ids = await inSteps(caller, memberIds(members, DIALECTS[caller.preset]));
    const group = await this.groups.create(caller.context, write, ids);
    return this.shown(201, caller, model, group, projection);
  }

  async get(caller: ScimCaller, id: string, { query, ifNoneMatch }: ScimRequest): Promise<ScimAnswer> {
    const model = await this.modelOf(caller);
    const projection = projectionOf(model, query);
    const group = await this.find(caller, id, wants(projection, 'members'));
    const answer = this.answers.one(200, model, group, toScimGroup(group), projection);
    if (ifNoneMatch === null || ifNoneMatchHolds(ifNoneMatch, answer.etag)) return answer;
    return { ...answer, status: 304, body: null };
  }

  /** Returns the groups of a list as shown in a response. */
  async list(
    caller: ScimCaller,
    request: ListRequest,
  ): Promise<{
    readonly resources: readonly ScimObject[];
    readonly total: number;
    readonly nextCursor: string | null;
  }> {
    const model = await this.modelOf(caller);
    const projection = readProjection(model, request.attributes, request.excludedAttributes);
    const page = await this.groups.list(caller.context, directoryQuery(model, request, projection));
    const resources = page.items.map((group) => this.answers.shown(model, group, toScimGroup(group), projection));
    return { resources, total: page.total, nextCursor: page.nextCursor };
  }

  /** Handles PUT: omitted attributes, including members, are unassigned. */
  async replace(caller: ScimCaller, id: string, request: ScimRequest): Promise<ScimAnswer> {
    const model = await this.modelOf(caller);
    const projection = projectionOf(model, request.query);
    const { members, rest } = membersApart(model, request.body);
    const resource = readResource(model, rest, DIALECTS[caller.preset]);
    const ids = await inSteps(caller, memberIds(members, DIALECTS[caller.preset]));
    const changed = await this.changed(caller, id, request, (group) => ({
      write: changeOf(toGroupWrite(resource), group),
      members: [{ op: 'replace', ids }],
    }));
    return this.shown(200, caller, model, changed, projection);
  }

  async patch(caller: ScimCaller, id: string, request: ScimRequest): Promise<ScimAnswer> {
    const model = await this.modelOf(caller);
    const projection = projectionOf(model, request.query);
    const dialect = DIALECTS[caller.preset];
    const operations = readPatch(model, request.body, dialect);
    const members = await inSteps(caller, memberChanges(operations, dialect));
    const others = operations.filter((operation) => !isOfMembers(operation));
    const changed =
      others.length === 0
        ? await this.moved(caller, id, request, members)
        : await this.changed(caller, id, request, (group) => ({
            write: this.patched(caller, model, group, others),
            members,
          }));
    // RFC 7644 §3.5.2: the response is a 204, or a 200 with the group, which is required if the request contains "attributes".
    if (dialect.groupPatchIsSilent && !request.query.has('attributes')) return this.answers.silent(model, changed);
    return this.shown(200, caller, model, changed, projection);
  }

  async remove(caller: ScimCaller, id: string, { ifMatch }: ScimRequest): Promise<ScimAnswer> {
    await this.groups.remove(caller.context, id, versionsOf(ifMatch));
    return { status: 204, body: null, location: null, etag: null };
  }

  private patched(
    { preset }: ScimCaller,
    model: ResourceModel,
    group: DirectoryGroup,
    operations: readonly PatchOperation[],
  ): DirectoryGroupWrite | null {
    const before = { ...toScimGroup(group), meta: this.answers.metaOf(model, group) };
    return changeOf(toGroupWrite(applyPatch(model, before, operations, DIALECTS[preset])), group);
  }

  /** Changes only members, without reading the group first. */
  private async moved(
    caller: ScimCaller,
    id: string,
    { ifMatch, ifNoneMatch }: ScimRequest,
    members: readonly MemberChange[],
  ): Promise<DirectoryGroup> {
    if (ifNoneMatch !== null)
      return this.changedOnce(caller, id, { ifMatch, ifNoneMatch }, () => ({ write: null, members }));
    return this.write(caller, id, versionsOf(ifMatch), { write: null, members });
  }

  private changed(
    caller: ScimCaller,
    id: string,
    conditions: Pick<ScimRequest, 'ifMatch' | 'ifNoneMatch'>,
    change: (group: DirectoryGroup) => GroupChange,
  ): Promise<DirectoryGroup> {
    return this.turns.run(`${requireTenant(caller.context)}/${id}`, () =>
      this.changedOnce(caller, id, conditions, change),
    );
  }

  private async changedOnce(
    caller: ScimCaller,
    id: string,
    { ifMatch, ifNoneMatch }: Pick<ScimRequest, 'ifMatch' | 'ifNoneMatch'>,
    change: (group: DirectoryGroup) => GroupChange,
  ): Promise<DirectoryGroup> {
    const group = await this.find(caller, id, false);
    assertMayWrite(group.version, ifMatch, ifNoneMatch);
    const wanted = change(group);
    const isOfVersion = wanted.write !== null || ifMatch !== null || ifNoneMatch !== null;
    return this.write(caller, id, isOfVersion ? [group.version] : null, wanted);
  }

  private async write(
    { context }: ScimCaller,
    id: string,
    expected: ExpectedVersions,
    { write, members }: GroupChange,
  ): Promise<DirectoryGroup> {
    try {
      return await this.groups.change(context, id, expected, write, members);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found' || error.fields.length === 0) throw error;
      throw new ScimError('noTarget', error.message);
    }
  }

  /** Returns a written group, with its members if requested. */
  private async shown(
    status: number,
    caller: ScimCaller,
    model: ResourceModel,
    written: DirectoryGroup,
    projection: Projection,
  ): Promise<ScimAnswer> {
    const group = wants(projection, 'members') ? await this.find(caller, written.id, true) : written;
    return this.answers.one(status, model, group, toScimGroup(group), projection);
  }

  private async find({ context }: ScimCaller, id: string, withMembers: boolean): Promise<DirectoryGroup> {
    const group = await this.groups.find(context, id, withMembers);
    if (!group) throw new AppError('not_found', 'There is no such group.');
    return group;
  }

  private async modelOf({ context }: ScimCaller): Promise<ResourceModel> {
    return (await this.models.of(requireTenant(context))).group;
  }
}

/** Processes many members in steps that the tenant scheduler runs. A small first step runs immediately. */
function inSteps<T>({ context }: ScimCaller, work: SlicedWork<T>): T | Promise<T> {
  const first = work.next();
  if (first.done === true) return first.value;
  return tenantScheduler.runSliced({ kind: 'scim.members', tenantId: requireTenant(context) }, work);
}
