import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type BundleFile, writeArchive } from '@coresdk/rego/bundle';
import { readPolicyFolder, PolicyFolderError } from '../../modules/policy/bundle/read-policy-folder';
import { CommandFault } from '../command';
import { readBytes } from '../options';
import { folderFault } from './findings';
import { readPolicyPaths } from './read-policy-paths';

/** A policy as one archive. */
export interface PolicyArchive {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Returns the path of a file in the archive, as the user entered it. */
  readonly pathOf: (file: string) => string;
}

/** The files of an archive, by their paths in it. */
interface ArchivedFiles extends Pick<PolicyArchive, 'pathOf'> {
  readonly files: readonly BundleFile[];
}

/**
 * Returns the archive of the policy under the paths: folders in bundle format, `.rego` files, and `.json` or `.yaml` files with top-level
 * data. A single folder keeps its layout and its `.manifest`; otherwise the data of all paths becomes one `data.json`. A single archive
 * (`.tar.gz`) is returned as is. Errors: `CommandFault` for paths that cannot be read, and if there is no module.
 */
export async function archiveOfPaths(paths: readonly string[]): Promise<PolicyArchive> {
  const [first, ...more] = paths;
  const single = more.length === 0 ? first : undefined;
  // An archive can be signed, so its bytes stay as they are.
  if (single?.endsWith('.tar.gz')) return { bytes: readBytes(single), pathOf: (file) => file };
  const isOneFolder = single !== undefined && (await isFolder(single));
  const { files, pathOf } = isOneFolder ? await filesOfFolder(single) : await filesOfPaths(paths);
  if (!files.some((file) => file.path.endsWith('.rego'))) {
    throw new CommandFault(`There is no .rego file under ${paths.join(', ')}.`);
  }
  return { bytes: new Uint8Array(writeArchive(files)), pathOf };
}

async function isFolder(given: string): Promise<boolean> {
  return (await stat(given).catch(() => null))?.isDirectory() ?? false;
}

async function filesOfFolder(folder: string): Promise<ArchivedFiles> {
  const pathOf = (file: string): string => path.join(folder, file);
  try {
    return { files: (await readPolicyFolder(folder, { tests: true })).files, pathOf };
  } catch (error) {
    if (error instanceof PolicyFolderError) throw folderFault(error, pathOf);
    throw error;
  }
}

async function filesOfPaths(paths: readonly string[]): Promise<ArchivedFiles> {
  const { sources, data } = await readPolicyPaths(paths);
  const modules = sources.map(({ path: file, text }) => ({ path: path.resolve(file), bytes: Buffer.from(text) }));
  const top = commonFolder(modules.map((file) => path.dirname(file.path)));
  const named = modules.map((file) => ({ ...file, path: path.relative(top, file.path).split(path.sep).join('/') }));
  const entered = new Map(named.map((file, at) => [file.path, sources[at]?.path]));
  const pathOf = (file: string): string => entered.get(file) ?? file;
  if (Object.keys(data).length === 0) return { files: named, pathOf };
  return { files: [...named, { path: 'data.json', bytes: Buffer.from(JSON.stringify(data)) }], pathOf };
}

/** Returns the innermost folder that contains all of the folders. */
function commonFolder([first = '', ...others]: readonly string[]): string {
  let folder = first;
  while (others.some((other) => path.relative(folder, other).startsWith('..'))) folder = path.dirname(folder);
  return folder;
}
