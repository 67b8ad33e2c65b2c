import { RegoObject } from '../../values/object.js';
import { RegoSet } from '../../values/set.js';
import { isArray } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';

/** A change to an event, requested by a policy before the event is logged. */
interface MaskRule {
  readonly op: 'remove' | 'upsert';
  readonly path: string;
  /** Names below the event, starting with `input` or `result`. */
  readonly parts: readonly string[];
  readonly value: Value;
}

const INDEX = /^\d{1,9}$/;
const MASKABLE = new Set(['input', 'result', 'nd_builtin_cache']);
/** Maximum number of elements that a rule can add to an array when it names an index past the end. */
const MAX_PADDING = 10_000;

/**
 * Returns the event after masking, as defined by OPA's `system.log.mask`: `"/input/password"` is removed, and `{"op": "upsert", "path": …,
 * "value": …}` sets a value. `erased` and `masked` list the changed paths. Throws for an invalid rule; in that case, the event must not be
 * logged.
 */
export function maskEvent(event: RegoObject, verdict: Value): RegoObject {
  let masked = event;
  const applied = { erased: [] as string[], masked: [] as string[] };
  for (const rule of rulesOf(verdict)) {
    const changed = apply(masked, rule);
    if (changed === null) continue;
    masked = changed;
    applied[rule.op === 'remove' ? 'erased' : 'masked'].push(rule.path);
  }
  if (applied.erased.length > 0) masked = masked.with('erased', applied.erased);
  return applied.masked.length > 0 ? masked.with('masked', applied.masked) : masked;
}

function rulesOf(verdict: Value): readonly MaskRule[] {
  const items = verdict instanceof RegoSet ? verdict.sorted() : verdict;
  if (!isArray(items)) throw new Error('unexpected rule format: must be a set or an array');
  return items.map((item) => {
    if (typeof item === 'string') return ruleOf('remove', item, null);
    const op = item instanceof RegoObject ? item.get('op') : undefined;
    const path = item instanceof RegoObject ? item.get('path') : undefined;
    if (typeof path !== 'string' || (op !== 'remove' && op !== 'upsert')) {
      throw new Error('invalid mask rule: must be a path, or an object with op ("remove", "upsert") and path');
    }
    return ruleOf(op, path, (item as RegoObject).get('value') ?? null);
  });
}

function ruleOf(op: MaskRule['op'], path: string, value: Value): MaskRule {
  if (!path.startsWith('/')) throw new Error('mask must be slash-prefixed');
  const parts = path.slice(1).split('/').map(decoded);
  if (!MASKABLE.has(parts[0] ?? '')) throw new Error(`mask prefix not allowed: ${parts[0] ?? ''}`);
  return { op, path, parts, value };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`invalid URL escape in the mask: ${part}`);
  }
}

/** Applies a rule. Returns `null` if the path has no value, in which case the event does not change. */
function apply(event: RegoObject, { op, parts, value }: MaskRule): RegoObject | null {
  const [root = '', ...rest] = parts;
  const document = event.get(root);
  if (document === undefined) return null;
  if (rest.length === 0) return op === 'remove' ? without(event, root) : event.with(root, value);
  const changed = op === 'remove' ? removeAt(document, rest) : setAt(document, rest, value);
  return changed === null ? null : event.with(root, changed);
}

const without = (object: RegoObject, name: string): RegoObject =>
  RegoObject.of(object.entries().filter(([key]) => key !== name));

function removeAt(node: Value, [name = '', ...rest]: readonly string[]): Value | null {
  if (node instanceof RegoObject) {
    const member = node.get(name);
    if (member === undefined) return null;
    if (rest.length === 0) return without(node, name);
    const changed = removeAt(member, rest);
    return changed === null ? null : node.with(name, changed);
  }
  if (!isArray(node) || !INDEX.test(name) || Number(name) >= node.length) return null;
  const items = [...node];
  if (rest.length === 0) items.splice(Number(name), 1);
  else {
    const changed = removeAt(node[Number(name)] ?? null, rest);
    if (changed === null) return null;
    items[Number(name)] = changed;
  }
  return items;
}

/** Sets a value and creates the objects along the path. */
function setAt(node: Value, [name = '', ...rest]: readonly string[], value: Value): Value | null {
  if (node instanceof RegoObject) {
    const inner = rest.length === 0 ? value : setAt(node.get(name) ?? RegoObject.EMPTY, rest, value);
    return inner === null ? null : node.with(name, inner);
  }
  if (!isArray(node) || !INDEX.test(name) || Number(name) > node.length + MAX_PADDING) return null;
  const items = [...node];
  while (items.length <= Number(name)) items.push(null);
  const inner = rest.length === 0 ? value : setAt(items[Number(name)] ?? null, rest, value);
  if (inner === null) return null;
  items[Number(name)] = inner;
  return items;
}
