import type { DirectoryGroup, DirectoryGroupWrite, MemberChange } from '../../users/contract/directory.types';
import { type Dialect, DIALECTS } from './dialect';
import type { PatchOperation } from './patch/patch-request';
import { isSame, readValue } from './read-value';
import { ScimError } from '../contract/scim-error';
import { groupSchema } from './schema/group.schema';
import { isObject, type ScimObject, type ScimValue } from './schema/schema.types';
import { assertName, bounded } from './user-mapping';

const PLACED = new Set(['schemas', 'id', 'externalId', 'meta', 'displayName', 'members']);
const MEMBERS = groupSchema.attributes.find(({ name }) => name === 'members');

/** A group as SCIM shows it; `meta` and references are added where the address of this installation is known. */
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

/** Errors: `invalidValue` for a name that is too long, or has control characters. */
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

/** The write, if it makes the group another; `null`. */
export function changeOf(write: DirectoryGroupWrite, group: DirectoryGroup): DirectoryGroupWrite | null {
  const { displayName, externalId, profile } = group;
  return isSame(write, { displayName, externalId, profile }) ? null : write;
}

/** Ids of the members that a resource names. Errors: `invalidValue` for one without. */
export function memberIds(value: ScimValue | undefined): readonly string[] {
  const members = Array.isArray(value) ? (value as readonly ScimValue[]) : [];
  return [
    ...new Set(
      members.map((member) => {
        const id = isObject(member) ? member['value'] : undefined;
        if (typeof id === 'string') return id;
        throw new ScimError('invalidValue', 'A member has a "value": the id of a user or group.');
      }),
    ),
  ];
}

/** Whether an operation is about members: they are changed in the store, and never all read. */
export function isOfMembers({ target }: PatchOperation): boolean {
  return target.urn === null && target.attribute?.name === 'members';
}

/** A change of members by an operation. Errors: `mutability` for what would make a member another; `invalidValue`. */
export function memberChange(operation: PatchOperation, dialect: Dialect): MemberChange {
  const { op, target, filter, value } = operation;
  if (op === 'remove' && target.sub === null) return removal(operation, !dialect.removeBears);
  if (target.sub !== null || filter !== null) {
    throw new ScimError('mutability', 'Members come and go; what a member is cannot be changed.');
  }
  return { op: op === 'replace' ? 'replace' : 'add', ids: idsIn(value) };
}

function removal({ filter, written, value }: PatchOperation, isRequired: boolean): MemberChange {
  if (filter === null) {
    return value === undefined || value === null
      ? { op: 'replace', ids: [] }
      : { op: 'remove', ids: idsIn(value), isRequired };
  }
  const isById = written?.kind === 'compare' && written.op === 'eq' && written.path.toLowerCase() === 'value';
  if (isById && typeof written.value === 'string') return { op: 'remove', ids: [written.value], isRequired };
  return { op: 'removeWhere', filter, isRequired };
}

/** Ids of members as they were sent: whole, or by id alone. */
function idsIn(sent: unknown): readonly string[] {
  if (MEMBERS === undefined) throw new Error('Groups have members.');
  const list = sent === null ? [] : Array.isArray(sent) ? (sent as readonly unknown[]) : [sent];
  return memberIds(readValue(MEMBERS, list, DIALECTS.okta));
}
