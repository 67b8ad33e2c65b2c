import type {
  Group,
  GroupMember,
  GroupPatch,
  ListGroupsQuery,
  ListGroupMembersQuery,
  NewGroup,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** Groups of users. */
export class GroupsApi extends Api {
  create(group: NewGroup, options?: WriteOptions): Promise<Group> {
    return this.make('/v1/groups', group, options);
  }

  list(query?: ListGroupsQuery, options?: CallOptions): Pages<Group> {
    return this.listOf('/v1/groups', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Group> {
    return this.load(path`/v1/groups/${id}`, options);
  }

  update(id: string, patch: GroupPatch, options?: ChangeOptions): Promise<Group> {
    return this.change(path`/v1/groups/${id}`, patch, options);
  }

  delete(id: string, options?: ChangeOptions): Promise<void> {
    return this.remove(path`/v1/groups/${id}`, options);
  }

  members(id: string, query?: ListGroupMembersQuery, options?: CallOptions): Pages<GroupMember> {
    return this.listOf(path`/v1/groups/${id}/members`, query, options);
  }

  addMember(id: string, userId: string, options?: CallOptions): Promise<void> {
    return this.place(path`/v1/groups/${id}/members/${userId}`, undefined, options);
  }

  removeMember(id: string, userId: string, options?: CallOptions): Promise<void> {
    return this.remove(path`/v1/groups/${id}/members/${userId}`, options);
  }
}
