import type { ScimExtension } from '../../contract/scim-extensions.types';
import { attribute } from './define';
import type { AttributeDefinition, SchemaDefinition } from './schema.types';

type ExtensionAttribute = ScimExtension['attributes'][number];

/** Returns the schema of a tenant's extension. */
export function toSchema({ urn, name, description, attributes }: ScimExtension): SchemaDefinition {
  return { id: urn, name, description, attributes: attributes.map(toDefinition) };
}

function toDefinition(sent: ExtensionAttribute): AttributeDefinition {
  const { name, type, description, canonicalValues, multiValued, caseExact, returned } = sent;
  return attribute(name, type, description, {
    multiValued,
    caseExact: caseExact || type === 'reference',
    returned,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...('subAttributes' in sent ? { subAttributes: sent.subAttributes.map(toDefinition) } : {}),
  });
}
