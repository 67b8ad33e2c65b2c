import type { AttributeDefinition } from './schema.types';
import { type ResourceModel, subAttribute } from './resource-model';

/** An attribute that a path names. */
export interface AttributePath {
  /** URN of the extension that defines the attribute. A resource contains the attribute under this URN. `null` for the core schema. */
  readonly urn: string | null;
  /** The attribute; `null` for an extension as a whole. */
  readonly attribute: AttributeDefinition | null;
  readonly sub: AttributeDefinition | null;
}

/** Matches an ATTRNAME (RFC 7644 §3.4.2.2) or `$ref`. */
const NAME = /^\$?[A-Za-z][\w-]*$/;

/**
 * Returns the attribute that `[URN:]name[.sub]` names (RFC 7644 §3.10); `null` if the resource has no attribute with that name. URNs
 * contain dots and colons themselves, so they are matched against the resource's schemas and never split.
 */
export function findAttribute(model: ResourceModel, path: string): AttributePath | null {
  const lower = path.toLowerCase();
  const core = model.schema.id.toLowerCase();
  if (lower.startsWith(`${core}:`)) return within(model.core, null, path.slice(core.length + 1));
  for (const [key, { urn, attributes }] of model.byUrn) {
    if (lower === key) return { urn, attribute: null, sub: null };
    if (lower.startsWith(`${key}:`)) return within(attributes, urn, path.slice(key.length + 1));
  }
  return within(model.core, null, path);
}

function within(
  attributes: ReadonlyMap<string, AttributeDefinition>,
  urn: string | null,
  path: string,
): AttributePath | null {
  const [name = '', subName, ...more] = path.split('.');
  if (more.length > 0 || !NAME.test(name)) return null;
  const attribute = attributes.get(name.toLowerCase());
  if (attribute === undefined) return null;
  if (subName === undefined) return { urn, attribute, sub: null };
  const sub = subAttribute(attribute, subName);
  return sub === undefined ? null : { urn, attribute, sub };
}
