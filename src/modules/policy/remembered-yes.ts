import { LRUCache } from 'lru-cache';
import { atMost } from '../../kernel/memory/at-most';
import type { PolicyQuery } from './contract/policy.types';
import type { AskedRule, TenantPolicy } from './tenant-policy';

/** Of all tenants together. */
const MAX_KEPT = 20_000;
const MAX_KEY_CHARS = 1_024;

type Path = readonly string[];

/**
 * Plain yeses, by what the rule and the tenant wall can see of the input: the same question asked of the same version of a
 * policy again is answered without evaluating it, whatever else stands in the input. Denials are made anew each time, so
 * that their reasons are. A new version or new data is another {@link TenantPolicy}, so nothing has to be forgotten.
 */
export class RememberedYes {
  private readonly kept = new LRUCache<string, true>(atMost(MAX_KEPT));
  private readonly places = new WeakMap<AskedRule, readonly Path[] | null>();

  /** @param wallPlaces where the tenant wall looks. */
  constructor(private readonly wallPlaces: () => readonly Path[]) {}

  /**
   * What the question comes down to; `null` when it has to be decided anew: the input is text, the rule looks at all of
   * it, or what it looks at is more than scalars and lists of texts, or long.
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

  private placesOf(asked: AskedRule): readonly Path[] | null {
    let places = this.places.get(asked);
    if (places === undefined) {
      const ofRule = asked.rule.inputPaths();
      places = ofRule && !ofRule.some(isAmbiguous) ? [...this.wallPlaces(), ...ofRule] : null;
      this.places.set(asked, places);
    }
    return places;
  }
}

/** Broken text in the name of a member is read as this character. */
function isAmbiguous(place: Path): boolean {
  return place.some((name) => name.includes('\uFFFD'));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own members only, as the policy sees them. */
function valueAt(input: Readonly<Record<string, unknown>>, path: Path): unknown {
  let value: unknown = input;
  for (const name of path) {
    if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** No two values have the same text, and none is the beginning of another's; `null` for what is neither scalar nor texts. */
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
