import {
  type BundleFile,
  dataOutsideRoots,
  isJsonObject,
  isWithinRoots,
  type JsonObject,
  mergeAt,
} from '@coresdk/rego/bundle';
import type { PolicySource } from '@coresdk/rego/node';
import { BUNDLE_LIMITS } from '../contract/policy-bundles.types';
import { checkJsonValue, DataError, MAX_DATA_VALUES, parseJsonText, parseYamlText } from './data-values';
import type { Faults } from './faults';
import { EMPTY_MANIFEST, type Manifest, MANIFEST_FILE, readManifest } from './manifest';
import { isReservedPath, packagePath } from './package-path';

/** A file in a bundle or policy folder. */
export type PolicyFile = BundleFile;

/** The contents of a bundle or policy folder. */
export interface PolicyFiles {
  /** The modules that decide, sorted by path. */
  readonly sources: readonly PolicySource[];
  /** Modules that contain only tests: files named `*_test.rego`. */
  readonly tests: readonly PolicySource[];
  /** The base document below `data`. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The number of values in the data: their size in memory has little to do with the size of an archive. */
  readonly dataValues: number;
  readonly manifest: Manifest;
}

const DATA_FILE = /(?:^|\/)data\.(json|yaml|yml)$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns true for a file that contains only tests, which does not take part in decisions. */
export function isTestFile(path: string): boolean {
  return path.endsWith('_test.rego');
}

/**
 * Reads the files of a bundle as OPA does. Every `.rego` file is a module. `data.json`, `data.yaml` or `data.yml` in a folder is the data
 * at that path. `.manifest` at the top lists the paths that the bundle owns. Other files are ignored. Adds errors to `faults`; the result
 * then contains the readable parts.
 * @param files the files; each path occurs at most once.
 */
export function readPolicyFiles(files: readonly PolicyFile[], faults: Faults): PolicyFiles {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path } of sorted) refuseUnservable(path, faults);
  const manifestFile = sorted.find(({ path }) => path === MANIFEST_FILE);
  const manifestText = manifestFile && textOf(manifestFile, faults);
  const manifest = (manifestText === undefined ? null : readManifest(manifestText, faults)) ?? EMPTY_MANIFEST;
  const modules = readModules(sorted, manifest, faults);
  return {
    sources: modules.filter(({ path }) => !isTestFile(path)),
    tests: modules.filter(({ path }) => isTestFile(path)),
    ...readData(sorted, manifest, faults),
    manifest,
  };
}

/** Reports files that OPA would use but that this engine cannot use, instead of ignoring them. */
function refuseUnservable(path: string, faults: Faults): void {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (path === 'patch.json') {
    faults.add('manifest_invalid', path, 'Delta bundles are not supported; upload the complete bundle.');
  } else if (name === 'policy.wasm' || name === 'plan.json') {
    faults.add('manifest_invalid', path, 'Compiled policies are not run; upload the Rego sources instead.');
  } else if (name === MANIFEST_FILE && path !== MANIFEST_FILE) {
    faults.add('manifest_invalid', path, 'A bundle can have only one .manifest, at its root.');
  }
}

function readModules(files: readonly PolicyFile[], manifest: Manifest, faults: Faults): PolicySource[] {
  const modules: PolicySource[] = [];
  let sourceBytes = 0;
  for (const file of files) {
    if (!file.path.endsWith('.rego')) continue;
    sourceBytes += file.bytes.length;
    const text = textOf(file, faults);
    if (text === undefined) continue;
    modules.push({ path: file.path, text });
    checkPackage(file.path, text, manifest, faults);
  }
  if (sourceBytes > BUNDLE_LIMITS.maxSourceBytes) {
    faults.add(
      'limit_exceeded',
      '',
      `The Rego of a bundle can have at most ${BUNDLE_LIMITS.maxSourceBytes} bytes in total.`,
    );
  }
  return modules;
}

function checkPackage(file: string, text: string, manifest: Manifest, faults: Faults): void {
  const path = packagePath(text);
  const name = path?.join('.') ?? '';
  if (path === null) {
    faults.add('rego_parse_error', file, 'A module must begin with "package <name>".', { row: 1, col: 1 });
  } else if (isReservedPath(path)) {
    faults.add('reserved_package', file, `The package "${name}" belongs to the installation; choose a different one.`);
  } else if (!isWithinRoots(manifest.roots, path)) {
    const roots = manifest.roots.map((root) => `"${root}"`).join(', ');
    faults.add('outside_roots', file, `The package "${name}" is outside the roots of the manifest: ${roots}.`);
  }
}

function readData(
  files: readonly PolicyFile[],
  manifest: Manifest,
  faults: Faults,
): Pick<PolicyFiles, 'data' | 'dataValues'> {
  const data: JsonObject = {};
  let dataValues = 0;
  for (const file of files) {
    const kind = DATA_FILE.exec(file.path)?.[1];
    if (kind === undefined) continue;
    const read = readDataFile(file, kind, faults);
    if (read === undefined) continue;
    dataValues += read.values;
    if (dataValues > MAX_DATA_VALUES) {
      faults.add('limit_exceeded', file.path, `The data of a bundle can have at most ${MAX_DATA_VALUES} values.`);
      break;
    }
    insertData(data, file.path, read.value, faults);
  }
  const outside = faults.any ? null : dataOutsideRoots(manifest.roots, data);
  if (outside !== null) {
    faults.add('outside_roots', '', `There is data at /${outside}, outside the roots of the manifest.`);
  }
  for (const name of Object.keys(data).filter((each) => isReservedPath([each]))) {
    faults.add('reserved_package', '', `The data at /${name} belongs to the installation.`);
  }
  return { data, dataValues };
}

/** Returns the value of a data file, or `undefined` if the file has a fault. An empty YAML file contains no data. */
function readDataFile(
  file: PolicyFile,
  kind: string,
  faults: Faults,
): { readonly value: unknown; readonly values: number } | undefined {
  const text = textOf(file, faults);
  if (text === undefined) return undefined;
  try {
    const value = kind === 'json' ? parseJsonText(text) : (parseYamlText(text) ?? {});
    return { value, values: checkJsonValue(value) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    faults.add('data_invalid', file.path, error.message, error.place);
    return undefined;
  }
}

function insertData(data: JsonObject, file: string, value: unknown, faults: Faults): void {
  const folder = file.split('/').slice(0, -1);
  if (folder.length === 0 && !isJsonObject(value)) {
    faults.add('data_invalid', file, 'The data at the root of a bundle must be an object.');
    return;
  }
  const conflict = mergeAt(data, folder, value);
  if (conflict) {
    faults.add('data_invalid', file, `A different data file of the bundle also has a value at /${conflict.join('/')}.`);
  }
}

function textOf(file: PolicyFile, faults: Faults): string | undefined {
  try {
    return utf8.decode(file.bytes);
  } catch {
    faults.add('encoding_invalid', file.path, 'The file is not UTF-8.');
    return undefined;
  }
}
