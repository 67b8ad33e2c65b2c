import { ScimError } from '../contract/scim-error';
import { type AttributePath, findAttribute } from './schema/attribute-path';
import type { AttributeIndex, ResourceModel } from './schema/resource-model';
import { type AttributeDefinition, isObject, type ScimObject, type ScimValue } from './schema/schema.types';

/** Which attributes an answer has, by `attributes` or `excludedAttributes` (RFC 7644 §3.9). */
export interface Projection {
  /** `null`: the default ones. */
  readonly only: readonly AttributePath[] | null;
  readonly without: readonly AttributePath[];
}

export const EVERYTHING: Projection = { only: null, without: [] };

/** Names in one request, each of which is looked for in every resource of the answer. */
const MAX_NAMES = 500;

/**
 * Names that no attribute has are passed over: they are in no answer either way. The URN of the core is all of it.
 * Errors: `invalidValue` for more than 500 names.
 */
export function readProjection(
  model: ResourceModel,
  attributes: readonly string[],
  excluded: readonly string[],
): Projection {
  if (attributes.length + excluded.length > MAX_NAMES) {
    throw new ScimError('invalidValue', `An answer is shaped by at most ${MAX_NAMES} names of attributes.`);
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

/** Whether an answer has an attribute of the core, so that what is dear to find is not looked for in vain. */
export function wants({ only, without }: Projection, name: string): boolean {
  const isNamed = ({ urn, attribute }: AttributePath): boolean => urn === null && attribute?.name === name;
  if (only !== null) return only.some(isNamed);
  return !without.some((path) => isNamed(path) && path.sub === null);
}

/** The members of a resource that an answer has: by what was asked, and by `returned` of each (RFC 7643 §7). */
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

/** Most answers: nothing has to be looked for then. */
function isWhole({ only, without }: Projection): boolean {
  return only === null && without.length === 0;
}

function of({ only, without }: Projection, isOf: (path: AttributePath) => boolean): Projection {
  return { only: only === null ? null : only.filter(isOf), without: without.filter(isOf) };
}

/** Of an extension. */
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
