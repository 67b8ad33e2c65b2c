import { attribute, text } from './define';
import { groupSchema } from './group.schema';
import type { AttributeDefinition, SchemaDefinition } from './schema.types';
import { enterpriseSchema, userSchema } from './user.schema';

export type ResourceName = 'User' | 'Group';

const READ_ONLY = { mutability: 'readOnly' } as const;

/** The attributes of every resource (RFC 7643 §3). They do not belong to any schema, so `/Schemas` does not list them. */
const COMMON: readonly AttributeDefinition[] = [
  text('schemas', 'URNs of the schemas.', { multiValued: true, required: true, caseExact: true, returned: 'always' }),
  text('id', 'Id of the resource.', { ...READ_ONLY, caseExact: true, returned: 'always', uniqueness: 'server' }),
  text('externalId', 'Id at the identity provider.', { caseExact: true }),
  attribute('meta', 'complex', 'About the resource.', {
    ...READ_ONLY,
    subAttributes: [
      text('resourceType', 'Its type.', { ...READ_ONLY, caseExact: true }),
      attribute('created', 'dateTime', 'Time of creation.', READ_ONLY),
      attribute('lastModified', 'dateTime', 'Time of the last change.', READ_ONLY),
      attribute('location', 'reference', 'Its URI.', READ_ONLY),
      text('version', 'Entity tag of the resource.', { ...READ_ONLY, caseExact: true }),
    ],
  }),
];

/** The attributes of a schema, by lowercase name, because names are case-insensitive (RFC 7643 §2.1). */
export type AttributeIndex = ReadonlyMap<string, AttributeDefinition>;

/** The attributes of a resource type in a tenant. */
export interface ResourceModel {
  readonly name: ResourceName;
  readonly schema: SchemaDefinition;
  readonly extensions: readonly SchemaDefinition[];
  /** The attributes of the core schema, and the attributes that every resource has. */
  readonly core: AttributeIndex;
  /** The extensions, by lowercase URN. */
  readonly byUrn: ReadonlyMap<string, { readonly urn: string; readonly attributes: AttributeIndex }>;
}

/** Returns the model of users. @param custom the tenant's extensions. */
export function userModel(custom: readonly SchemaDefinition[] = []): ResourceModel {
  return resourceModel('User', userSchema, [enterpriseSchema, ...custom]);
}

/** Returns the model of groups. @param custom the tenant's extensions. */
export function groupModel(custom: readonly SchemaDefinition[] = []): ResourceModel {
  return resourceModel('Group', groupSchema, custom);
}

/** Returns the sub-attribute with a name, case-insensitively; `undefined` if there is none. */
export function subAttribute(definition: AttributeDefinition, name: string): AttributeDefinition | undefined {
  const wanted = name.toLowerCase();
  return definition.subAttributes?.find((sub) => sub.name.toLowerCase() === wanted);
}

function resourceModel(
  name: ResourceName,
  schema: SchemaDefinition,
  extensions: readonly SchemaDefinition[],
): ResourceModel {
  return {
    name,
    schema,
    extensions,
    core: indexOf([...COMMON, ...schema.attributes]),
    byUrn: new Map(
      extensions.map(({ id, attributes }) => [id.toLowerCase(), { urn: id, attributes: indexOf(attributes) }]),
    ),
  };
}

function indexOf(attributes: readonly AttributeDefinition[]): AttributeIndex {
  return new Map(attributes.map((definition) => [definition.name.toLowerCase(), definition]));
}
