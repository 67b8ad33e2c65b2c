import { LRUCache } from 'lru-cache';
import { maxEntries } from '../../kernel/memory/max-entries';
import type { PolicyQuery } from './contract/policy.types';
import type { RuleQuery, TenantPolicy } from './tenant-policy';

/** The maximum number of entries, for all tenants together. */
const MAX_KEPT = 20_000;
const MAX_KEY_CHARS = 1_024;

type Path = readonly string[];

/**
 * A cache of plain "allow" decisions, keyed by the parts of the input that the rule and the tenant wall can see. A repeated query
 * against the same version of a policy does not need to be evaluated again, regardless of the rest of the input. Denials are evaluated each
 * time, so that their reasons are current. A new version or new data creates another {@link TenantPolicy}, so no entries have to be
 * invalidated.
 */
export class AllowCache {
  private readonly kept = new LRUCache<string, true>(maxEntries(MAX_KEPT));
  private readonly places = new WeakMap<RuleQuery, readonly Path[] | null>();

  /** @param wallPlaces returns the input paths that the tenant wall reads. */
  constructor(private readonly wallPlaces: () => readonly Path[]) {}

  /**
   * Returns the cache key of a query, or `null` when the query must be evaluated. That is so if the input is text, or the rule reads the
   * entire input, or the parts that it reads are long or contain anything other than scalars and lists of strings.
   */
  keyOf(policy: TenantPolicy, { rule, input }: Pick<PolicyQuery, 'rule' | 'input'>): string | null {
    if (!('value' in input) || !isPlainObject(input.value)) return null;
    const asked = policy.rule(rule);
    const places = asked && this.placesOf(asked);
    if (!places) return null;
    let key = `${policy.serial} ${rule.length} ${rule}`;
    for (const place of places) {
      const seen = textOf(valueAt(input.value, place));
      if (seen === null || key.length + seen.length > MAX_KEY_CHARS) return null;
      key += seen;
    }
    return key;
  }

  has(key: string): boolean {
    return this.kept.get(key) ?? false;
  }

  add(key: string): void {
    this.kept.set(key, true);
  }

  private placesOf(asked: RuleQuery): readonly Path[] | null {
    let places = this.places.get(asked);
    if (places === undefined) {
      const ofRule = asked.rule.inputPaths();
      places = ofRule && !ofRule.some(isAmbiguous) ? [...this.wallPlaces(), ...ofRule] : null;
      this.places.set(asked, places);
    }
    return places;
  }
}

/** Returns true for a path that contains U+FFFD, which replaces invalid characters in a member's name. */
function isAmbiguous(place: Path): boolean {
  return place.some((name) => name.includes('\uFFFD'));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value at a path. Reads only own members, because the policy does not see any others. */
function valueAt(input: Readonly<Record<string, unknown>>, path: Path): unknown {
  let value: unknown = input;
  for (const name of path) {
    if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/**
 * Returns a string that neither equals nor is a prefix of any other value's string, or `null` for a value that is neither a scalar nor a
 * list of strings.
 */
function textOf(value: unknown): string | null {
  if (value === undefined) return '-';
  if (value === null) return 'n';
  if (typeof value === 'string') return `"${value.length}:${value}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return Array.isArray(value) ? textOfList(value) : null;
}

function textOfList(list: readonly unknown[]): string | null {
  if (list.length > MAX_KEY_CHARS) return null;
  let text = `[${list.length}:`;
  for (const item of list) {
    if (typeof item !== 'string') return null;
    text += `${item.length}:${item}`;
  }
  return text;
}
