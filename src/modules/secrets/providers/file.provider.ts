import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import {
  MAX_PROVIDED_BYTES,
  notThere,
  type ProvidedSecret,
  ProviderFault,
  type SecretPlace,
  type SecretProvider,
} from './secret-provider';

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EISDIR', 'ELOOP']);

/**
 * Files below `<folder>/<tenant>`, such as mounted Kubernetes secrets. Follows links, which Kubernetes uses, but their targets must also be
 * below the tenant's folder.
 */
export class FileProvider implements SecretProvider {
  readonly name = 'file';

  constructor(private readonly folder: string) {}

  async read({ tenantSlug, path: wanted, version }: SecretPlace): Promise<ProvidedSecret> {
    // An earlier check ensures that the path contains no "..", empty or absolute part. Tenants have no access to hidden files.
    if (version !== '' || wanted.split('/').some((part) => part.startsWith('.'))) throw notThere();
    try {
      const root = await realpath(path.join(this.folder, tenantSlug));
      const file = await realpath(path.join(root, wanted));
      if (!file.startsWith(root + path.sep)) throw notThere();
      return { value: await readSmallFile(file), version: '' };
    } catch (error) {
      if (error instanceof ProviderFault) throw error;
      if (isMissing(error)) throw notThere(error);
      throw new ProviderFault('internal', 'Failed to read the file.', { cause: error });
    }
  }
}

/** Reads a file without following a link that has replaced it in the meantime, and without blocking on a pipe or device. */
async function readSmallFile(file: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw notThere();
    const buffer = Buffer.alloc(MAX_PROVIDED_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) return Buffer.from(buffer.subarray(0, length));
      length += bytesRead;
      if (length === buffer.length) {
        throw new ProviderFault('internal', `The secret has more than ${MAX_PROVIDED_BYTES} bytes.`);
      }
    }
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && MISSING.has(error.code);
}
