import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandFault } from '../../command';

/** Names that a file system treats in a special way: parent folders, absolute paths, and separators and drives of Windows. */
const SPECIAL = /^(|\.|\.\.)$|[\\:\0]/;

/**
 * Stores files below a new folder. Tenants chose some of the names.
 * @param files the content of each file by its path, with slashes.
 * Errors: `CommandFault`, before anything is stored, for a path that could leave the folder or that has another file as its folder.
 */
export async function saveFiles(out: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const file of files.keys()) assertBelow(file, files);
  for (const [file, content] of files) {
    const target = path.join(out, ...file.split('/'));
    await mkdir(path.dirname(target), { recursive: true });
    // Fails for a file or a symbolic link that another program created in the meantime.
    await writeFile(target, content, { flag: 'wx' });
  }
}

function assertBelow(file: string, files: ReadonlyMap<string, Uint8Array>): void {
  const parts = file.split('/');
  const folders = parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
  if (!parts.some((part) => SPECIAL.test(part)) && !folders.some((folder) => files.has(folder))) return;
  throw new CommandFault(
    `The platform has a file with the path "${file}", which cannot be stored. Nothing was exported.`,
  );
}
