import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type BundleFile, writeArchive } from '@coresdk/rego/bundle';
import { readPolicyFolder, PolicyFolderError } from '../../modules/policy/bundle/read-policy-folder';
import { CommandFault } from '../command';
import { readBytes } from '../options';
import { readPolicyPaths } from './read-policy-paths';

/**
 * Returns the archive of the policy under the paths: folders in bundle format, `.rego` files, and `.json` or `.yaml` files with top-level
 * data. A single folder keeps its layout and its `.manifest`; otherwise the data of all paths becomes one `data.json`. A single archive
 * (`.tar.gz`) is returned as is. Errors: `CommandFault` for paths that cannot be read, and if there is no module.
 */
export async function archiveOfPaths(paths: readonly string[]): Promise<Uint8Array> {
  const [first, ...more] = paths;
  const single = more.length === 0 ? first : undefined;
  // An archive can be signed, so its bytes stay as they are.
  if (single?.endsWith('.tar.gz')) return readBytes(single);
  const isOneFolder = single !== undefined && (await isFolder(single));
  const files = isOneFolder ? await filesOfFolder(single) : await filesOfPaths(paths);
  if (!files.some((file) => file.path.endsWith('.rego'))) {
    throw new CommandFault(`There is no .rego file under ${paths.join(', ')}.`);
  }
  return writeArchive(files);
}

async function isFolder(given: string): Promise<boolean> {
  return (await stat(given).catch(() => null))?.isDirectory() ?? false;
}

async function filesOfFolder(folder: string): Promise<readonly BundleFile[]> {
  try {
    return (await readPolicyFolder(folder, { tests: true })).files;
  } catch (error) {
    if (error instanceof PolicyFolderError) throw new CommandFault(error.message);
    throw error;
  }
}

async function filesOfPaths(paths: readonly string[]): Promise<readonly BundleFile[]> {
  const { sources, data } = await readPolicyPaths(paths);
  const modules = sources.map(({ path: file, text }) => ({ path: path.resolve(file), bytes: Buffer.from(text) }));
  const top = commonFolder(modules.map((file) => path.dirname(file.path)));
  const named = modules.map((file) => ({ ...file, path: path.relative(top, file.path).split(path.sep).join('/') }));
  if (Object.keys(data).length === 0) return named;
  return [...named, { path: 'data.json', bytes: Buffer.from(JSON.stringify(data)) }];
}

/** Returns the innermost folder that contains all of the folders. */
function commonFolder([first = '', ...others]: readonly string[]): string {
  let folder = first;
  while (others.some((other) => path.relative(folder, other).startsWith('..'))) folder = path.dirname(folder);
  return folder;
}
