import { readFiles } from '../cli/read-files.js';
import type { PolicySource } from '../policy-engine.js';
import { fromJson } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import type { Verification } from './bundles/read-bundle.js';
import { readBundlePath } from './bundles/read-bundle.js';
import { PolicyStore, type StoreChange } from './policy-store.js';

/** The paths on the command line. */
export interface FileOptions {
  readonly paths: readonly string[];
  /** True if the paths are bundles: folders or archives. */
  readonly asBundles: boolean;
  readonly verification: Verification | null;
}

const MAX_BUNDLE_BYTES = 1024 ** 3;

/** Returns a store with the content of the files. Errors: `RegoCommandFault`, `BundleError`. */
export async function loadStore(
  options: FileOptions,
): Promise<{ readonly ok: true; readonly store: PolicyStore } | Extract<StoreChange, { ok: false }>> {
  if (!options.asBundles) {
    const { sources, data } = await readPlain(options.paths);
    return PolicyStore.of(sources, data);
  }
  const created = PolicyStore.of([], RegoObject.EMPTY);
  if (!created.ok) return created;
  const changed = await activateBundles(created.store, options);
  return changed.ok ? created : changed;
}

/** Reloads the files. If they cannot be read or do not compile, the previous files stay active. */
export async function reloadStore(store: PolicyStore, options: FileOptions): Promise<StoreChange> {
  if (options.asBundles) return activateBundles(store, options);
  const { sources, data } = await readPlain(options.paths);
  return store.replaceFiles(sources, data);
}

async function readPlain(
  paths: readonly string[],
): Promise<{ readonly sources: readonly PolicySource[]; readonly data: RegoObject }> {
  const { sources, data } = await readFiles({ paths, bundles: [] });
  return { sources, data: fromJson(data) as RegoObject };
}

async function activateBundles(store: PolicyStore, { paths, verification }: FileOptions): Promise<StoreChange> {
  for (const name of paths) {
    const bundle = await readBundlePath(name, { name, maxBytes: MAX_BUNDLE_BYTES, verification });
    const overlap = store.overlap(name, bundle.roots);
    if (overlap !== null) {
      throw new Error(
        `detected overlapping roots in manifests for these bundles: [${name}, ${overlap.bundle}] (${overlap.root})`,
      );
    }
    const changed = store.activateBundle(name, bundle);
    if (!changed.ok) return changed;
  }
  return { ok: true };
}
