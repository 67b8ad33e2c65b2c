import { Injectable } from '@nestjs/common';
import { requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { ifNoneMatchHolds } from '../../../kernel/http/conditions/entity-tag';
import { DirectoryUsersPort } from '../../users/contract/directory-users.port';
import type { DirectoryUser } from '../../users/contract/directory.types';
import type { ScimAnswer, ScimCaller, ScimRequest } from '../contract/scim.types';
import { type Dialect, DIALECTS } from '../domain/dialect';
import { assertMayWrite, scimTag, versionsOf } from './entity-tags';
import { type ListRequest, namesOf } from '../domain/list-request';
import { applyPatch } from '../domain/patch/apply-patch';
import { readPatch } from '../domain/patch/patch-request';
import { EVERYTHING, type Projection, readProjection, wants } from '../domain/projection';
import { readResource } from '../domain/read-resource';
import type { ResourceModel } from '../domain/schema/resource-model';
import type { ScimObject } from '../domain/schema/schema.types';
import { isSoAlready, standardBody, toScimUser, toUserWrite } from '../domain/user-mapping';
import { directoryQuery } from './directory-query';
import { ResourceWriteQueue } from './write-queue';
import { ResourceAnswers } from './resource-answers';
import { ScimModels } from './scim-models';

/** `/Users` (RFC 7644 §3.3 to §3.6). */
@Injectable()
export class ScimUsers {
  private readonly turns = new ResourceWriteQueue();

  constructor(
    private readonly users: DirectoryUsersPort,
    private readonly models: ScimModels,
    private readonly answers: ResourceAnswers,
  ) {}

  async create(caller: ScimCaller, { body, query }: ScimRequest): Promise<ScimAnswer> {
    const model = await this.modelOf(caller);
    const projection = projectionOf(model, query);
    const sent = standardBody(body);
    // The format that existing SDKs send is not part of any preset.
    const dialect = sent === body ? DIALECTS[caller.preset] : DIALECTS.okta;
    const write = toUserWrite(readResource(model, sent, dialect), null, DIALECTS[caller.preset]);
    const user = await this.users.create(caller.context, write);
    return this.answer(201, model, user, projection);
  }

  async get(caller: ScimCaller, id: string, { query, ifNoneMatch }: ScimRequest): Promise<ScimAnswer> {
    const model = await this.modelOf(caller);
    const projection = projectionOf(model, query);
    const user = await this.find(caller, id, wants(projection, 'groups'));
    const answer = this.answer(200, model, user, projection);
    if (ifNoneMatch === null || ifNoneMatchHolds(ifNoneMatch, scimTag(user.version))) return answer;
    return { ...answer, status: 304, body: null };
  }

  /** Returns the users of a list as shown in a response. */
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
    const page = await this.users.list(caller.context, directoryQuery(model, request, projection));
    const resources = page.items.map((user) => this.answers.shown(model, user, toScimUser(user), projection));
    return { resources, total: page.total, nextCursor: page.nextCursor };
  }

  /** Handles PUT: omitted attributes are unassigned, except the active state and the password. */
  replace(caller: ScimCaller, id: string, request: ScimRequest): Promise<ScimAnswer> {
    return this.changed(caller, id, request, (model, dialect) => {
      const resource = readResource(model, standardBody(request.body), dialect);
      return () => resource;
    });
  }

  patch(caller: ScimCaller, id: string, request: ScimRequest): Promise<ScimAnswer> {
    return this.changed(caller, id, request, (model, dialect) => {
      const operations = readPatch(model, request.body, dialect);
      return (user) => {
        const meta = this.answers.metaOf(model, user);
        return applyPatch(model, { ...toScimUser(user), meta }, operations, dialect);
      };
    });
  }

  async remove(caller: ScimCaller, id: string, { ifMatch }: ScimRequest): Promise<ScimAnswer> {
    await this.users.remove(caller.context, id, versionsOf(ifMatch));
    return { status: 204, body: null, location: null, etag: null };
  }

  private async changed(
    caller: ScimCaller,
    id: string,
    { query, ifMatch, ifNoneMatch }: ScimRequest,
    prepare: (model: ResourceModel, dialect: Dialect) => (user: DirectoryUser) => ScimObject,
  ): Promise<ScimAnswer> {
    const model = await this.modelOf(caller);
    const projection = projectionOf(model, query);
    // Errors in the request are reported first, and only once.
    const change = prepare(model, DIALECTS[caller.preset]);
    const user = await this.turns.run(`${requireTenant(caller.context)}/${id}`, async () => {
      const current = await this.find(caller, id, true);
      assertMayWrite(current.version, ifMatch, ifNoneMatch);
      const write = toUserWrite(change(current), current, DIALECTS[caller.preset]);
      return isSoAlready(write, current) ? current : this.users.replace(caller.context, current, write);
    });
    return this.answer(200, model, user, projection);
  }

  private answer(status: number, model: ResourceModel, user: DirectoryUser, projection: Projection): ScimAnswer {
    return this.answers.one(status, model, user, toScimUser(user), projection);
  }

  private async find({ context }: ScimCaller, id: string, withGroups: boolean): Promise<DirectoryUser> {
    const user = await this.users.find(context, id, withGroups);
    if (!user) throw new AppError('not_found', 'There is no such user.');
    return user;
  }

  private async modelOf({ context }: ScimCaller): Promise<ResourceModel> {
    return (await this.models.of(requireTenant(context))).user;
  }
}

/** Parses `attributes` and `excludedAttributes`, which writes also accept (RFC 7644 §3.9). */
export function projectionOf(model: ResourceModel, query: URLSearchParams): Projection {
  const [attributes, excluded] = [namesOf(query, 'attributes'), namesOf(query, 'excludedAttributes')];
  return attributes.length + excluded.length === 0 ? EVERYTHING : readProjection(model, attributes, excluded);
}
