import { ScimError } from '../contract/scim-error';
import { type AttributePath, findAttribute } from './schema/attribute-path';
import type { AttributeIndex, ResourceModel } from './schema/resource-model';
import { type AttributeDefinition, isObject, type ScimObject, type ScimValue } from './schema/schema.types';

/** The attributes in a response, as selected by `attributes` or `excludedAttributes` (RFC 7644 §3.9). */
export interface Projection {
  /** The requested attributes; `null` for the default attributes. */
  readonly only: readonly AttributePath[] | null;
  readonly without: readonly AttributePath[];
}

export const EVERYTHING: Projection = { only: null, without: [] };

/** Maximum number of names in one request. Each name is looked up in every resource of the response. */
const MAX_NAMES = 500;

/**
 * Parses a projection. Ignores names that do not match any attribute, because no response contains them anyway. The URN of the core schema
 * selects the whole schema. Errors: `invalidValue` for more than 500 names.
 */
export function readProjection(
  model: ResourceModel,
  attributes: readonly string[],
  excluded: readonly string[],
): Projection {
  if (attributes.length + excluded.length > MAX_NAMES) {
    throw new ScimError('invalidValue', `A request can select at most ${MAX_NAMES} attribute names.`);
  }
  const core = model.schema.id.toLowerCase();
  const find = (names: readonly string[]): readonly AttributePath[] =>
    names.flatMap((name) =>
      name.trim().toLowerCase() === core
        ? [...model.core.values()].map((attribute) => ({ urn: null, attribute, sub: null }))
        : (findAttribute(model, name.trim()) ?? []),
    );
  return { only: attributes.length === 0 ? null : find(attributes), without: find(excluded) };
}

/** Returns true if a response includes a core attribute, so that expensive attributes are read only if needed. */
export function wants({ only, without }: Projection, name: string): boolean {
  const isNamed = ({ urn, attribute }: AttributePath): boolean => urn === null && attribute?.name === name;
  if (only !== null) return only.some(isNamed);
  return !without.some((path) => isNamed(path) && path.sub === null);
}

/** Returns the members of a resource in a response: the requested members, subject to the `returned` property of each (RFC 7643 §7). */
export function project(model: ResourceModel, resource: ScimObject, projection: Projection): ScimObject {
  const result: Record<string, ScimValue> = {};
  const ofCore = of(projection, (path) => path.urn === null);
  for (const [name, value] of Object.entries(resource)) {
    if (value === undefined) continue;
    const extension = model.byUrn.get(name.toLowerCase());
    const kept = extension
      ? members(
          extension.attributes,
          value,
          of(projection, (path) => path.urn === extension.urn),
        )
      : member(model.core.get(name.toLowerCase()), value, ofCore);
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

/** Returns true if no filtering is needed, as for most responses. */
function isWhole({ only, without }: Projection): boolean {
  return only === null && without.length === 0;
}

function of({ only, without }: Projection, isOf: (path: AttributePath) => boolean): Projection {
  return { only: only === null ? null : only.filter(isOf), without: without.filter(isOf) };
}

/** Projects the members of an extension. */
function members(attributes: AttributeIndex, value: ScimValue, { only, without }: Projection): ScimObject | undefined {
  if (!isObject(value) || without.some(({ attribute }) => attribute === null)) return undefined;
  const isAsked = only?.some(({ attribute }) => attribute === null) === true;
  const inner: Projection = { only: isAsked ? null : only, without };
  const kept: Record<string, ScimValue> = {};
  for (const [name, part] of Object.entries(value)) {
    const shown = part === undefined ? undefined : member(attributes.get(name.toLowerCase()), part, inner);
    if (shown !== undefined) kept[name] = shown;
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}

function member(
  definition: AttributeDefinition | undefined,
  value: ScimValue,
  projection: Projection,
): ScimValue | undefined {
  if (definition === undefined || definition.returned === 'never') return undefined;
  if (definition.returned === 'always') return value;
  if (isWhole(projection)) return definition.returned === 'default' ? value : undefined;
  const isMine = ({ attribute }: AttributePath): boolean => attribute === definition;
  const asked = projection.only?.filter(isMine) ?? null;
  const excluded = projection.without.filter(isMine);
  if (asked?.length === 0 || (asked === null && definition.returned === 'request')) return undefined;
  if (asked === null && excluded.some(({ sub }) => sub === null)) return undefined;
  const named = asked === null || asked.some(({ sub }) => sub === null) ? null : asked.map(({ sub }) => sub?.name);
  const left = asked === null ? excluded.map(({ sub }) => sub?.name) : [];
  if (named === null && left.length === 0) return value;
  const isShown = (name: string): boolean => (named === null || named.includes(name)) && !left.includes(name);
  return pick(value, isShown);
}

function pick(value: ScimValue, isShown: (name: string) => boolean): ScimValue | undefined {
  if (Array.isArray(value)) {
    const parts = (value as readonly ScimValue[]).flatMap((one) => pick(one, isShown) ?? []);
    return parts.length === 0 ? undefined : parts;
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => isShown(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
