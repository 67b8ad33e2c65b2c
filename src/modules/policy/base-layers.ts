import { LRUCache } from 'lru-cache';
import { compileLayer, type PolicyLayer, type PolicySource } from '@coresdk/rego/node';

/** The maximum number of layers per base policy. Nearly all bundles keep the same few parts of a base policy. */
const MAX_LAYERS = 32;

/**
 * The layers, keyed by the base policy's list of sources, then by the remaining sources; `null` if the remaining sources do not compile
 * alone.
 */
const layers = new WeakMap<readonly PolicySource[], LRUCache<string, { readonly layer: PolicyLayer | null }>>();

/**
 * Splits a policy's sources into a layer of the base policy and the sources above it. Every sidecar compiles every activated bundle over
 * the base policy; with the split, it compiles the base layer only once for all bundles.
 * @param base the base policy's sources; the cache compares the list by identity.
 * @param sources the remaining sources of `base`, then the other sources.
 * @returns the layer in `below`, and the sources above it. If no source comes from the base policy, or if the sources from the base policy
 * would not compile alone, `below` is null and all sources are above it.
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
