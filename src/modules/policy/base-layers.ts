import { LRUCache } from 'lru-cache';
import { compileLayer, type PolicyLayer, type PolicySource } from '@coresdk/rego/node';

/** Parts of one base policy that bundles leave in place: nearly all leave the same few. */
const MAX_LAYERS = 32;

/** Layers by the base policy's list of sources, and within it by which of them are left; `null`: these do not stand alone. */
const layers = new WeakMap<readonly PolicySource[], LRUCache<string, { readonly layer: PolicyLayer | null }>>();

/**
 * Splits a policy's sources into a layer of the base policy and what lies above it. Every sidecar compiles every bundle
 * that is activated, over the base policy; this way that is compiled once for all of them.
 * @param base the base policy's sources; the list's identity stands for them.
 * @param sources those of `base` that are left, then others.
 * @returns `below` null and all sources above when none is of the base, or those that are do not compile by themselves.
 */
export function splitAtBase(
  base: readonly PolicySource[],
  sources: readonly PolicySource[],
): { readonly below: PolicyLayer | null; readonly above: readonly PolicySource[] } {
  const ofBase = new Set(base);
  const left = sources.filter((source) => ofBase.has(source));
  const below = left.length === 0 ? null : layerOf(base, left);
  return { below, above: below === null ? sources : sources.filter((source) => !ofBase.has(source)) };
}

function layerOf(base: readonly PolicySource[], left: readonly PolicySource[]): PolicyLayer | null {
  let known = layers.get(base);
  if (known === undefined) {
    known = new LRUCache({ max: MAX_LAYERS });
    layers.set(base, known);
  }
  const key = left.map((source) => base.indexOf(source)).join();
  const found = known.get(key);
  if (found) return found.layer;
  const compiled = compileLayer(left);
  const layer = compiled.ok ? compiled.layer : null;
  known.set(key, { layer });
  return layer;
}
