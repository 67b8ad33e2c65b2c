import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleKey } from '../../bundle/signature.js';
import type { Verification } from '../bundles/read-bundle.js';
import type { Section } from './section.js';
import type { ServiceConfig } from './service-config.js';

/** A bundle that is fetched periodically. */
export interface BundleConfig {
  readonly name: string;
  readonly source:
    | { readonly kind: 'service'; readonly service: ServiceConfig; readonly resource: string }
    | { readonly kind: 'file'; readonly path: string };
  readonly delay: DelayRange;
  readonly maxBytes: number;
  /** Stores the last valid bundle on disk, so that this server can start while the bundle's server is down. */
  readonly persists: boolean;
  readonly verification: Verification | null;
}

/** The range of the random delay between two attempts. The delay prevents many servers from sending requests at the same time. */
export interface DelayRange {
  readonly minMs: number;
  readonly maxMs: number;
}

const DEFAULT_MAX_BYTES = 1024 ** 3;
const MAX_DELAY_SECONDS = 86_400;

export function readBundles(
  root: Section,
  services: readonly ServiceConfig[],
  keys: readonly BundleKey[],
): readonly BundleConfig[] {
  return root.sections('bundles').map(([name, section]) => {
    if (section.text('trigger') === 'manual') throw section.error('trigger', 'manual is not supported: use periodic');
    if (section.section('polling').has('long_polling_timeout_seconds')) {
      throw section.error(
        'polling.long_polling_timeout_seconds',
        'is not supported: use min_delay_seconds and max_delay_seconds',
      );
    }
    return {
      name,
      source: readSource(name, section, services),
      delay: readDelay(section.section('polling'), { minMs: 60_000, maxMs: 120_000 }),
      maxBytes: section.number('size_limit_bytes', 1, Number.MAX_SAFE_INTEGER) ?? DEFAULT_MAX_BYTES,
      persists: section.flag('persist'),
      verification: readVerification(section, keys),
    };
  });
}

function readSource(name: string, section: Section, services: readonly ServiceConfig[]): BundleConfig['source'] {
  const resource = section.text('resource') ?? `bundles/${name}`;
  if (resource.startsWith('file://')) return { kind: 'file', path: path.resolve(fileURLToPath(resource)) };
  const wanted = section.text('service') ?? services[0]?.name ?? '';
  const service = services.find((each) => each.name === wanted);
  if (service === undefined) throw section.error('service', `there is no service "${wanted}"`);
  return { kind: 'service', service, resource: resource.replace(/^\/+/, '') };
}

/** Reads `min_delay_seconds` and `max_delay_seconds`, which must be set together. */
export function readDelay(section: Section, defaults: DelayRange): DelayRange {
  const min = section.number('min_delay_seconds', 0, MAX_DELAY_SECONDS);
  const max = section.number('max_delay_seconds', 0, MAX_DELAY_SECONDS);
  if (min === undefined && max === undefined) return defaults;
  if (min === undefined) throw section.error('min_delay_seconds', 'is required if max_delay_seconds is set');
  if (max === undefined) throw section.error('max_delay_seconds', 'is required if min_delay_seconds is set');
  if (max < min) throw section.error('max_delay_seconds', 'must not be less than min_delay_seconds');
  return { minMs: min * 1_000, maxMs: max * 1_000 };
}

/** Without `signing`, the keys verify only existing signatures, as in OPA. */
function readVerification(section: Section, keys: readonly BundleKey[]): Verification | null {
  if (!section.has('signing')) return keys.length === 0 ? null : { keys, isOptional: true };
  const signing = section.section('signing');
  const keyId = signing.text('keyid');
  const scope = signing.text('scope');
  const excluded = signing.texts('exclude_files');
  if (keyId !== undefined && !keys.some(({ id }) => id === keyId))
    throw signing.error('keyid', `there is no key "${keyId}"`);
  return {
    keys,
    isOptional: false,
    ...(keyId === undefined ? {} : { keyId }),
    ...(scope === undefined ? {} : { scope }),
    isExcluded: (file) => excluded.some((pattern) => path.matchesGlob?.(file, pattern) ?? file === pattern),
  };
}
