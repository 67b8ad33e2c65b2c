import type { AttributeDefinition, AttributeType } from './schema.types';

type Facets = Partial<Omit<AttributeDefinition, 'name' | 'type' | 'description'>>;

/** Returns an attribute with the defaults of RFC 7643 §2.2. */
export function attribute(
  name: string,
  type: AttributeType,
  description: string,
  facets: Facets = {},
): AttributeDefinition {
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    caseExact: type === 'reference' || type === 'binary',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...facets,
  };
}

export function text(name: string, description: string, facets: Facets = {}): AttributeDefinition {
  return attribute(name, 'string', description, facets);
}

/**
 * Returns a multi-valued complex attribute with the usual sub-attributes (RFC 7643 §2.4).
 * @param value its `value`. @param kinds the `canonicalValues` of `type`.
 */
export function plural(
  name: string,
  description: string,
  value: AttributeDefinition,
  canonicalValues: readonly string[] = [],
): AttributeDefinition {
  const kinds = canonicalValues.length === 0 ? {} : { canonicalValues };
  return attribute(name, 'complex', description, {
    multiValued: true,
    subAttributes: [
      value,
      text('display', 'A human-readable name.'),
      text('type', 'Purpose of the value.', kinds),
      attribute('primary', 'boolean', 'True for the preferred value, which is unique.'),
    ],
  });
}
