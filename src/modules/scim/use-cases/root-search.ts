import { Injectable } from '@nestjs/common';
import type { ScimAnswer, ScimCaller } from '../contract/scim.types';
import type { ListRequest } from '../domain/list-request';
import { ScimError } from '../contract/scim-error';
import { ResourceAnswers } from './resource-answers';
import { ScimGroups } from './scim-groups';
import { ScimUsers } from './scim-users';

/** `/.search`: users and groups in one list, paged by index, with users first (RFC 7644 §3.4.2.1, §3.4.3). */
@Injectable()
export class RootSearch {
  constructor(
    private readonly users: ScimUsers,
    private readonly groups: ScimGroups,
    private readonly answers: ResourceAnswers,
  ) {}

  /** Runs a search. Errors: `invalidFilter` for an attribute that neither users nor groups have; `invalidCursor`. */
  async answer(caller: ScimCaller, request: ListRequest): Promise<ScimAnswer> {
    if (request.cursor !== null) {
      throw new ScimError(
        'invalidCursor',
        'A search for both users and groups supports only paging by index. Use "startIndex", or search only users or only groups.',
      );
    }
    const users = await absentIfUnknown(() => this.users.list(caller, request));
    const groups = await absentIfUnknown(() => {
      const behind = request.startIndex - 1 - (users?.total ?? 0);
      const count = request.count - (users?.resources.length ?? 0);
      return this.groups.list(caller, { ...request, startIndex: Math.max(0, behind) + 1, count });
    });
    // If only users or only groups have the attribute, the other resource type contributes no results.
    if (users === null && groups === null)
      throw new ScimError('invalidFilter', 'Neither users nor groups have this attribute.');
    const resources = [...(users?.resources ?? []), ...(groups?.resources ?? [])];
    return this.answers.list(request, resources, (users?.total ?? 0) + (groups?.total ?? 0));
  }
}

async function absentIfUnknown<T>(list: () => Promise<T>): Promise<T | null> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof ScimError && ['invalidFilter', 'invalidPath'].includes(error.scimType)) return null;
    throw error;
  }
}
