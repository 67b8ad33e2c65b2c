import type { ServerContext } from './api.js';

/** Returns the version of this package and the revisions of the bundles, as JSON. */
export function provenanceOf({ store, version, config }: ServerContext): unknown {
  const bundles = Object.fromEntries(
    [...store.state.bundles].map(([name, { revision }]) => [name, { revision }] as const).sort(),
  );
  return {
    version,
    build_commit: '',
    build_timestamp: '',
    build_hostname: '',
    ...(config.bundles.length > 0 || store.state.bundles.size > 0 ? { bundles } : {}),
  };
}
