import type { DirectoryGroup, DirectoryGroupWrite, MemberChange } from '../../users/contract/directory.types';
import { type Dialect, DIALECTS } from './dialect';
import type { PatchOperation } from './patch/patch-request';
import { assertFew, isSame, readValue } from './read-value';
import { ScimError } from '../contract/scim-error';
import { findAttribute } from './schema/attribute-path';
import { groupSchema } from './schema/group.schema';
import type { ResourceModel } from './schema/resource-model';
import { isObject, type ScimObject, type ScimValue } from './schema/schema.types';
import { assertName, bounded } from './user-mapping';

const PLACED = new Set(['schemas', 'id', 'externalId', 'meta', 'displayName', 'members']);
const MEMBERS = groupSchema.attributes.find(({ name }) => name === 'members');

/** Converts a group to SCIM. `meta` and references are added later, by code that has the address of this installation. */
export function toScimGroup(group: DirectoryGroup): ScimObject {
  return {
    id: group.id,
    ...(group.externalId === null ? {} : { externalId: group.externalId }),
    displayName: group.displayName,
    ...(group.profile as ScimObject),
    ...(group.members === null || group.members.length === 0
      ? {}
      : {
          members: group.members.map(({ id, kind, displayName }) => ({
            value: id,
            display: displayName,
            type: kind === 'user' ? 'User' : 'Group',
          })),
        }),
  };
}

/** Converts a resource to the write that stores it. Errors: `invalidValue` for a name that is too long or contains control characters. */
export function toGroupWrite(resource: ScimObject): DirectoryGroupWrite {
  const { displayName, externalId } = resource;
  const name = typeof displayName === 'string' ? displayName.trim() : '';
  assertName('displayName', name);
  return {
    displayName: name,
    externalId: typeof externalId === 'string' ? externalId : null,
    profile: bounded(Object.fromEntries(Object.entries(resource).filter(([member]) => !PLACED.has(member)))),
  };
}

/** Returns the write if it changes the group; otherwise `null`. */
export function changeOf(write: DirectoryGroupWrite, group: DirectoryGroup): DirectoryGroupWrite | null {
  const { displayName, externalId, profile } = group;
  return isSame(write, { displayName, externalId, profile }) ? null : write;
}

/** Number of members processed in one step, which takes about 2 ms. */
const MEMBERS_OF_STEP = 1_000;

/**
 * Yields the ids of the sent members, without duplicates, in steps. Errors: `invalidValue` for a member without an id, or for too many
 * members.
 */
export function* memberIds(sent: unknown, dialect: Dialect): Generator<undefined, readonly string[], undefined> {
  if (MEMBERS === undefined) throw new Error('Groups have members.');
  if (!Array.isArray(sent)) return idsOf(readValue(MEMBERS, sent, dialect));
  assertFew(MEMBERS, sent);
  const ids = new Set<string>();
  for (let from = 0; from < sent.length; from += MEMBERS_OF_STEP) {
    if (from > 0) yield;
    for (const id of idsOf(readValue(MEMBERS, sent.slice(from, from + MEMBERS_OF_STEP), dialect))) ids.add(id);
  }
  return [...ids];
}

function idsOf(members: ScimValue | undefined): readonly string[] {
  return (Array.isArray(members) ? (members as readonly ScimValue[]) : []).map((member) => {
    const id = isObject(member) ? member['value'] : undefined;
    if (typeof id === 'string') return id;
    throw new ScimError('invalidValue', 'A member must have a "value": the id of a user or group.');
  });
}

/** Separates the members of a group in a request from the rest of the group, which is small. */
export function membersApart(
  model: ResourceModel,
  body: unknown,
): { readonly members: unknown; readonly rest: unknown } {
  if (!isObject(body)) return { members: undefined, rest: body };
  const isMembers = (name: string): boolean => {
    const found = findAttribute(model, name);
    return found !== null && found.urn === null && found.sub === null && found.attribute?.name === 'members';
  };
  const entries = Object.entries(body);
  return {
    members: entries.findLast(([name]) => isMembers(name))?.[1],
    rest: Object.fromEntries(entries.filter(([name]) => !isMembers(name))),
  };
}

/** Returns true if an operation changes members. Members are changed in the database, and the complete list is never read. */
export function isOfMembers({ target }: PatchOperation): boolean {
  return target.urn === null && target.attribute?.name === 'members';
}

/** Yields the member changes of operations, in steps. Errors: as for {@link memberChange}. */
export function* memberChanges(
  operations: readonly PatchOperation[],
  dialect: Dialect,
): Generator<undefined, readonly MemberChange[], undefined> {
  const changes: MemberChange[] = [];
  for (const operation of operations.filter(isOfMembers)) changes.push(yield* memberChange(operation, dialect));
  return changes;
}

/** Returns the member change of an operation. Errors: `mutability` for changing a member into a different member; `invalidValue`. */
function* memberChange(operation: PatchOperation, dialect: Dialect): Generator<undefined, MemberChange, undefined> {
  const { op, target, filter, value } = operation;
  if (op === 'remove' && target.sub === null) return yield* removal(operation, !dialect.removeBears);
  if (target.sub !== null || filter !== null) {
    throw new ScimError('mutability', 'You can add or remove members, but not change a member.');
  }
  return { op: op === 'replace' ? 'replace' : 'add', ids: yield* idsIn(value) };
}

function* removal(
  { filter, written, value }: PatchOperation,
  isRequired: boolean,
): Generator<undefined, MemberChange, undefined> {
  if (filter === null) {
    return value === undefined || value === null
      ? { op: 'replace', ids: [] }
      : { op: 'remove', ids: yield* idsIn(value), isRequired };
  }
  const isById = written?.kind === 'compare' && written.op === 'eq' && written.path.toLowerCase() === 'value';
  if (isById && typeof written.value === 'string') return { op: 'remove', ids: [written.value], isRequired };
  return { op: 'removeWhere', filter, isRequired };
}

/** Yields the ids of the sent members, each of which is a whole object or only an id. */
function idsIn(sent: unknown): Generator<undefined, readonly string[], undefined> {
  return memberIds(sent === null ? [] : Array.isArray(sent) ? sent : [sent], DIALECTS.okta);
}
