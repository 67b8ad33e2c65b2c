import { Buffer } from 'node:buffer';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveError, gunzipUpTo } from '../../bundle/gunzip.js';
import { isJsonObject } from '../../bundle/merge-data.js';
import { type BundleFile, readTar } from '../../bundle/read-tar.js';
import { dataOutsideRoots, isWithinRoots, overlappingRoots, trimRoot } from '../../bundle/roots.js';
import { type BundleKey, isSigned, SIGNATURES_FILE, verifyBundleSignature } from '../../bundle/signature.js';
import { parseYaml } from '../../builtins/yaml.js';
import { Budget, limitsOf } from '../../evaluate/budget.js';
import type { PolicySource } from '../../policy-engine.js';
import { parseModule } from '../../syntax/parser.js';
import { fromJson, JsonError, parseJson, parseJsonData } from '../../values/json.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';
import { mergeDocuments } from '../data-document.js';

/** A bundle ready for activation. */
export interface Bundle {
  readonly revision: string;
  /** The paths that the bundle owns, without leading or trailing slashes; `['']` means that it owns everything. */
  readonly roots: readonly string[];
  /** Modules, each with its ID: the name of the bundle and the path of the module. */
  readonly sources: readonly PolicySource[];
  readonly data: RegoObject;
}

/** An unusable bundle; the message gives the reason. */
export class BundleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BundleError';
  }
}

/** The settings for verifying the signature of a bundle. */
export interface Verification {
  readonly keys: readonly BundleKey[];
  /** Accepts a bundle without a signature. If there is a signature, it is still verified. */
  readonly isOptional: boolean;
  readonly keyId?: string;
  readonly scope?: string;
  readonly isExcluded?: (file: string) => boolean;
}

export interface BundleOptions {
  /** The prefix of the bundle's module IDs. */
  readonly name: string;
  /** The maximum unpacked size of all files. */
  readonly maxBytes: number;
  /** If `null`, signatures are not verified. */
  readonly verification: Verification | null;
}

const MANIFEST = '.manifest';
const DATA = /(?:^|\/)data\.(json|ya?ml)$/;
const MAX_FILES = 100_000;
const MAX_PATH_LENGTH = 4_096;
/** A tarball also contains a header and padding for each file. */
const TAR_OVERHEAD = 1.5;
/** Bundles belong to the person who runs the server, and their size is limited. These limits only stop parsing that would not terminate. */
const YAML_LIMITS = limitsOf({
  deadlineMs: 60_000,
  maxSteps: Number.MAX_SAFE_INTEGER,
  maxBytes: Number.MAX_SAFE_INTEGER,
});

/** Reads a bundle from a gzipped tarball. Errors: `BundleError`. */
export async function readBundleArchive(archive: Uint8Array, options: BundleOptions): Promise<Bundle> {
  const { maxBytes } = options;
  try {
    const tar = await gunzipUpTo(archive, maxBytes * TAR_OVERHEAD);
    return readBundleFiles(
      readTar(tar, { maxFiles: MAX_FILES, maxFileBytes: maxBytes, maxPathLength: MAX_PATH_LENGTH }),
      options,
    );
  } catch (error) {
    if (error instanceof ArchiveError) throw new BundleError([error.file, error.message].filter(Boolean).join(': '));
    throw error;
  }
}

/** Reads a bundle from a folder or an archive file. Errors: `BundleError` and file system errors. */
export async function readBundlePath(place: string, options: BundleOptions): Promise<Bundle> {
  if (!(await stat(place)).isDirectory()) return readBundleArchive(await readFile(place), options);
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(place, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((file) => isRead(file))
    .sort();
  const files: BundleFile[] = [];
  for (const file of paths) files.push({ path: file, bytes: await readFile(path.join(place, file)) });
  return readBundleFiles(files, options);
}

/** Returns whether to read the file. Names that start with a dot are skipped, because Kubernetes mounts each file twice through links. */
function isRead(file: string): boolean {
  if (file === MANIFEST || file === SIGNATURES_FILE) return true;
  return !file.split('/').some((part) => part.startsWith('.')) && (file.endsWith('.rego') || DATA.test(file));
}

/** Verifies the signature of the files and reads a bundle from them. Errors: `BundleError`. */
function readBundleFiles(files: readonly BundleFile[], options: BundleOptions): Bundle {
  if (options.verification !== null) verify(files, options.verification);
  const named = (name: string): BundleFile | undefined => files.find(({ path: file }) => file === name);
  if (named('patch.json') !== undefined) {
    throw new BundleError('delta bundles are not supported; serve the whole bundle (snapshot)');
  }
  const compiled = files.find(({ path: file }) => /(?:^|\/)(?:policy\.wasm|plan\.json)$/.test(file));
  if (compiled !== undefined)
    throw new BundleError(`${compiled.path}: compiled policies are not supported; include the Rego source`);
  const manifest = readManifest(named(MANIFEST));
  const data = readData(files);
  const outside = dataOutsideRoots(manifest.roots, data, membersOf);
  if (outside !== null) {
    throw new BundleError(
      `manifest roots ${rootsText(manifest.roots)} do not permit data at path '/${outside}' (hint: check bundle directory structure)`,
    );
  }
  return { ...manifest, sources: readModules(files, manifest.roots, options.name), data };
}

const membersOf = (value: unknown): Iterable<readonly [string, Value]> | null =>
  value instanceof RegoObject
    ? value.entries().map(([name, member]) => [typeof name === 'string' ? name : '', member] as const)
    : null;

const rootsText = (roots: readonly string[]): string => `[${roots.join(' ')}]`;

function verify(files: readonly BundleFile[], { keys, isOptional, keyId, scope, isExcluded }: Verification): void {
  if (!isSigned(files)) {
    if (isOptional) return;
    throw new BundleError('bundle missing .signatures.json file');
  }
  const scoped = scope === undefined ? keys : keys.map((key) => ({ ...key, scope: key.scope ?? scope }));
  const verdict = verifyBundleSignature(files, scoped, {
    ...(keyId === undefined ? {} : { keyId }),
    ...(isExcluded === undefined ? {} : { isExcluded }),
  });
  if (verdict.ok) return;
  throw new BundleError(
    `the signature is not valid: ${verdict.faults.map(({ file, message }) => `${file}: ${message}`).join(' ')}`,
  );
}

function readManifest(file: BundleFile | undefined): Pick<Bundle, 'revision' | 'roots'> {
  if (file === undefined) return { revision: '', roots: [''] };
  const content = jsonOf(file);
  if (!isJsonObject(content)) throw new BundleError('.manifest: must be an object');
  const { revision = '', roots, rego_version: version = 1 } = content;
  if (typeof revision !== 'string') throw new BundleError('.manifest: revision must be a string');
  if (version !== 1)
    throw new BundleError('.manifest: rego_version must be 1; rewrite the modules ("opa fmt --rego-v1")');
  if (roots === undefined || roots === null) return { revision, roots: [''] };
  if (!Array.isArray(roots) || roots.some((root) => typeof root !== 'string')) {
    throw new BundleError('.manifest: roots must be an array of strings');
  }
  const trimmed = (roots as string[]).map((root) => trimRoot(root));
  const [overlap] = overlappingRoots(trimmed, trimmed);
  if (overlap !== undefined) {
    throw new BundleError(`manifest has overlapped roots: '${overlap[0]}' and '${overlap[1]}'`);
  }
  return { revision, roots: trimmed };
}

function readModules(files: readonly BundleFile[], roots: readonly string[], name: string): readonly PolicySource[] {
  return files
    .filter(({ path: file }) => file.endsWith('.rego'))
    .map(({ path: file, bytes }) => {
      const source = { path: path.posix.join(name, file), text: textOf(file, bytes) };
      // The compiler reports syntax errors together with all other errors.
      const parsed = parseModule(source);
      const place = parsed.ok ? parsed.module.package.path : null;
      if (place !== null && !isWithinRoots(roots, place)) {
        throw new BundleError(
          `manifest roots ${rootsText(roots)} do not permit 'package ${place.join('.')}' in module '${source.path}'`,
        );
      }
      return source;
    });
}

function readData(files: readonly BundleFile[]): RegoObject {
  let data = RegoObject.EMPTY;
  for (const file of files) {
    if (!DATA.test(file.path)) continue;
    const value = valueOf(file);
    const folder = file.path.split('/').slice(0, -1);
    if (folder.length === 0 && !(value instanceof RegoObject)) throw new BundleError(`${file.path}: must be an object`);
    const placed = folder.reduceRight<Value>((inner, part) => RegoObject.of([[part, inner]]), value);
    data = mergeDocuments(data, placed as RegoObject, () => {
      throw new BundleError(`${file.path}: another file has data at the same path`);
    });
  }
  return data;
}

function valueOf(file: BundleFile): Value {
  const text = textOf(file.path, file.bytes);
  try {
    return file.path.endsWith('.json') ? parseJson(text) : (parseYaml(text, new Budget(YAML_LIMITS)) ?? fromJson({}));
  } catch (error) {
    throw new BundleError(`${file.path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function jsonOf({ path: file, bytes }: BundleFile): unknown {
  try {
    return parseJsonData(textOf(file, bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JsonError) throw new BundleError(`${file}: ${error.message}`);
    throw error;
  }
}

function textOf(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes));
  } catch {
    throw new BundleError(`${file}: the file is not UTF-8`);
  }
}
