import { attribute, text } from './define';
import type { SchemaDefinition } from './schema.types';

const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const IMMUTABLE = { mutability: 'immutable' } as const;

/** The group schema (RFC 7643 §4.2). */
export const groupSchema: SchemaDefinition = {
  id: GROUP_URN,
  name: 'Group',
  description: 'Group',
  attributes: [
    text('displayName', 'Name of the group; unique in the tenant, case-insensitive.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('members', 'complex', 'Users and groups that belong to the group.', {
      multiValued: true,
      subAttributes: [
        text('value', 'Id of the member.', { ...IMMUTABLE, caseExact: true }),
        attribute('$ref', 'reference', 'URI of the member.', { ...IMMUTABLE, referenceTypes: ['User', 'Group'] }),
        text('type', 'Kind of the member.', { ...IMMUTABLE, canonicalValues: ['User', 'Group'] }),
        text('display', 'Name of the member.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};
