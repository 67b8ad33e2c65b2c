import { Injectable } from '@nestjs/common';
import { httpContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent } from '../audit/contract/audit.types';
import type { ScimPort } from './contract/scim.port';
import type { ScimAnswer, ScimCaller, ScimCredential, ScimRequest } from './contract/scim.types';
import { type ListRequest, listOfQuery, listOfSearch } from './domain/list-request';
import { DIALECTS } from './domain/dialect';
import { RootSearch } from './use-cases/root-search';
import { isRead, routeOf, type ScimRoute } from './contract/scim-routes';
import { LIST_BOUNDS, ResourceAnswers } from './use-cases/resource-answers';
import { ScimCallers } from './use-cases/scim-callers';
import { ScimBulk } from './use-cases/scim-bulk';
import { ScimDiscovery } from './use-cases/scim-discovery';
import { ScimGroups } from './use-cases/scim-groups';
import { type RecordedCall, ScimAuditRecorder } from './use-cases/scim-audit-recorder';
import { ScimUsers } from './use-cases/scim-users';

@Injectable()
export class ScimService implements ScimPort {
  constructor(
    private readonly callers: ScimCallers,
    private readonly users: ScimUsers,
    private readonly groups: ScimGroups,
    private readonly bulk: ScimBulk,
    private readonly discovery: ScimDiscovery,
    private readonly rootSearch: RootSearch,
    private readonly answers: ResourceAnswers,
    private readonly trail: ScimAuditRecorder,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  async admit(credential: ScimCredential): Promise<ScimCaller> {
    const anonymous = httpContext(credential, { auditEventId: newId('aud') });
    try {
      return await this.callers.admit(credential, anonymous);
    } catch (error) {
      if (error instanceof AppError && ['unauthorized', 'forbidden', 'not_found'].includes(error.code)) {
        const denied = { action: 'scim.call', resourceType: 'scim', resourceId: '', outcome: 'denied' } as const;
        const event = auditEvent(anonymous, { ...denied, reason: error.code }, this.clock.nowMs());
        await this.audit.record(anonymous, event);
      }
      throw error;
    }
  }

  async answer(caller: ScimCaller, request: ScimRequest): Promise<ScimAnswer> {
    const { answer, recorded } = await this.followed(caller, request);
    await recorded;
    return answer;
  }

  /** Runs a request and records it. Each operation of a bulk request gets a separate record. */
  private followed(caller: ScimCaller, request: ScimRequest): Promise<RecordedCall> {
    const route = routeOf(request.method, request.path);
    return this.trail.recorded(caller, route, request.path[1] ?? '', () => this.run(route, caller, request));
  }

  private async run(route: ScimRoute, caller: ScimCaller, request: ScimRequest): Promise<ScimAnswer> {
    if (caller.isPerson && route !== 'me') {
      throw new AppError('forbidden', 'A person can only access their own resource, at /Me.');
    }
    if (!isRead(route)) await caller.readmit();
    const [, id = ''] = request.path;
    switch (route) {
      case 'user.create':
        return this.users.create(caller, request);
      case 'user.list':
      case 'user.search':
        return this.list(caller, request, (list) => this.users.list(caller, list));
      case 'user.get':
        return this.users.get(caller, id, request);
      case 'user.replace':
        return this.users.replace(caller, id, request);
      case 'user.patch':
        return this.users.patch(caller, id, request);
      case 'user.delete':
        return this.users.remove(caller, id, request);
      case 'group.create':
        return this.groups.create(caller, request);
      case 'group.list':
      case 'group.search':
        return this.list(caller, request, (list) => this.groups.list(caller, list));
      case 'group.get':
        return this.groups.get(caller, id, request);
      case 'group.replace':
        return this.groups.replace(caller, id, request);
      case 'group.patch':
        return this.groups.patch(caller, id, request);
      case 'group.delete':
        return this.groups.remove(caller, id, request);
      case 'me':
        return this.me(caller, request);
      case 'search':
        return this.rootSearch.answer(caller, listRequest(caller, request));
      case 'bulk':
        return this.bulk.answer(caller, request, (one, operation) => this.followed(one, operation));
      case 'config':
        return this.discovery.config();
      case 'resource_types':
        return this.discovery.resourceTypes(caller, request);
      case 'schemas':
        return this.discovery.schemas(caller, request);
    }
  }

  private async list(
    caller: ScimCaller,
    request: ScimRequest,
    find: (list: ListRequest) => ReturnType<ScimUsers['list']>,
  ): Promise<ScimAnswer> {
    requireTenant(caller.context);
    const list = listRequest(caller, request);
    const { resources, total, nextCursor } = await find(list);
    return this.answers.list(list, resources, total, nextCursor);
  }

  /** Handles `/Me`. RFC 7644 §3.11: a connection is not a user. */
  private async me(caller: ScimCaller, request: ScimRequest): Promise<ScimAnswer> {
    if (!caller.isPerson) {
      throw new AppError('not_implemented', 'This token does not belong to a user, so /Me does not exist.');
    }
    if (request.method !== 'GET') throw new AppError('not_implemented', '/Me supports only GET.');
    return this.users.get(caller, caller.context.actor.id, request);
  }
}

function listRequest({ preset }: ScimCaller, { method, query, body }: ScimRequest): ListRequest {
  return method === 'POST'
    ? listOfSearch(body, DIALECTS[preset].isLenient, LIST_BOUNDS)
    : listOfQuery(query, LIST_BOUNDS);
}
