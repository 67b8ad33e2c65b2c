import { type FileHandle, open } from 'node:fs/promises';

const OWNER_ONLY = 0o600;

/**
 * Opens a file that only its owner can read, also if it existed with more permissions.
 * @param flags `a` to append, or `w` to replace the content.
 */
export async function openPrivate(path: string, flags: 'a' | 'w'): Promise<FileHandle> {
  const file = await open(path, flags, OWNER_ONLY);
  try {
    // A device such as /dev/stdout keeps its permissions.
    if ((await file.stat()).isFile()) await file.chmod(OWNER_ONLY);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
