import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseYaml } from '../builtins/yaml.js';
import { isJsonObject, type JsonObject, mergeAt } from '../bundle/merge-data.js';
import { Budget, limitsOf } from '../evaluate/budget.js';
import type { PolicySource } from '../policy-engine.js';
import { parseJsonData, toJson } from '../values/json.js';
import { type CommandSetting, type PolicyFiles, RegoCommandFault } from './command.js';

const MODULE = /\.rego$/;
const DATA = /\.(?:json|ya?ml)$/;
/** The names of data files in a bundle. */
const BUNDLE_DATA = /(?:^|[\\/])data\.(?:json|ya?ml)$/;

/** There are no limits, since the files belong to the person at the command line. */
const PATIENT = limitsOf({
  deadlineMs: Number.MAX_SAFE_INTEGER,
  maxSteps: Number.MAX_SAFE_INTEGER,
  maxBytes: Number.MAX_SAFE_INTEGER,
});

/**
 * Reads files as OPA does: modules, and JSON and YAML as data. Data is placed below the names of the folders between the named path and the
 * file. Names that start with a dot are skipped. Errors: `RegoCommandFault`.
 */
export const readFiles: CommandSetting['read'] = async ({ paths, bundles }) => {
  const sources = new Map<string, PolicySource>();
  const data: JsonObject = {};
  const named = [
    ...paths.map((root) => ({ root, isData: DATA })),
    ...bundles.map((root) => ({ root, isData: BUNDLE_DATA })),
  ];
  for (const { root, isData } of named) {
    for (const file of await filesUnder(root)) {
      if (MODULE.test(file)) sources.set(path.resolve(file), { path: file, text: await readFile(file, 'utf8') });
      else if (isData.test(file) || file === root) put(data, placeOf(root, file), await readData(file), file);
    }
  }
  return { sources: [...sources.values()], data } satisfies PolicyFiles;
};

/** Lists the file itself, or all files of a folder, sorted by path. */
async function filesUnder(root: string): Promise<readonly string[]> {
  const kind = await stat(root).catch(() => null);
  if (kind === null) throw new RegoCommandFault(`There is no file or folder ${root}.`);
  if (!kind.isDirectory()) {
    if (MODULE.test(root) || DATA.test(root)) return [root];
    throw new RegoCommandFault(`${root} is not a .rego, .json or .yaml file.`);
  }
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !isHidden(path.relative(root, file)))
    .sort();
  // Kubernetes mounts files as symbolic links. Links to folders are not followed.
  const areFiles = await Promise.all(files.map(async (file) => (await stat(file)).isFile()));
  return files.filter((_, index) => areFiles[index]);
}

const isHidden = (file: string): boolean => file.split(path.sep).some((part) => part.startsWith('.'));

/** Returns the names of the folders between a named folder and a file in it. */
function placeOf(root: string, file: string): readonly string[] {
  const folder = path.dirname(path.relative(root, file));
  return file === root || folder === '.' ? [] : folder.split(path.sep);
}

async function readData(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return file.endsWith('.json') ? parseJsonData(text) : toJson(parseYaml(text, new Budget(PATIENT)));
  } catch (error) {
    throw new RegoCommandFault(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Merges a value into the data at `place`. Two values at one path are an error. */
function put(data: JsonObject, place: readonly string[], value: unknown, file: string): void {
  if (place.length === 0 && !isJsonObject(value)) throw new RegoCommandFault(`${file} must contain an object.`);
  const taken = mergeAt(data, place, value);
  if (taken !== null) throw new RegoCommandFault(`${file}: another file also has data at ${taken.join('.')}.`);
}
