import { isJsonObject, overlappingRoots, trimRoot } from '@coresdk/rego/bundle';
import { z } from 'zod';
import { checkJsonValue, DataError, parseJsonText } from './data-values';
import type { Faults } from './faults';
import { isReservedPath } from './package-path';

export const MANIFEST_FILE = '.manifest';
const MAX_ROOTS = 100;

/** The manifest of a bundle (OPA, "Bundle File Format"). */
export interface Manifest {
  /** Empty if the manifest has no revision. */
  readonly revision: string;
  /**
   * Paths below `data` that the bundle owns, without leading or trailing slashes; `['']`, which means all paths, if the manifest lists
   * none.
   */
  readonly roots: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

export const EMPTY_MANIFEST: Manifest = { revision: '', roots: [''], metadata: {} };

const shape = z.object({
  revision: z.string().max(256, 'a revision can have at most 256 characters').default(''),
  roots: z.array(z.string().max(255)).max(MAX_ROOTS).nullish(),
  rego_version: z.number().int().nullish(),
  file_rego_versions: z.record(z.string(), z.number().int()).nullish(),
  wasm: z.array(z.unknown()).nullish(),
  metadata: z.custom<Readonly<Record<string, unknown>>>(isJsonObject, 'metadata must be an object').nullish(),
});

/** Reads a `.manifest`. Unknown members are ignored, as in OPA. Returns `null` if faults were found. */
export function readManifest(text: string, faults: Faults): Manifest | null {
  const fault = (message: string): void => {
    faults.add('manifest_invalid', MANIFEST_FILE, message);
  };
  let value: unknown;
  try {
    value = parseJsonText(text);
    checkJsonValue(value);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    faults.add('manifest_invalid', MANIFEST_FILE, error.message, error.place);
    return null;
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) fault(`${path.join('.') || 'the manifest'}: ${message}`);
    return null;
  }
  const { revision, wasm, metadata } = parsed.data;
  const versions = [parsed.data.rego_version ?? 1, ...Object.values(parsed.data.file_rego_versions ?? {})];
  const roots = (parsed.data.roots ?? ['']).map(trimRoot);
  const problems = [
    ...(versions.some((version) => version !== 1)
      ? ['rego_version: only Rego v1 is supported; rewrite the modules for it ("opa fmt --rego-v1") and set 1.']
      : []),
    ...(wasm && wasm.length > 0 ? ['wasm: compiled modules are not run; upload the Rego sources instead.'] : []),
    ...overlappingRoots(roots, roots).map(
      ([root, other]) => `roots: "${root}" and "${other}" overlap; leave one of them out.`,
    ),
  ];
  for (const problem of problems) fault(problem);
  for (const root of roots.filter((each) => each !== '' && isReservedPath(each.split('/')))) {
    faults.add('reserved_package', MANIFEST_FILE, `roots: "${root}" belongs to the installation.`);
  }
  return problems.length > 0 ? null : { revision, roots, metadata: metadata ?? {} };
}
