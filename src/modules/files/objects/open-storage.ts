import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiskStorage } from './disk.storage';
import type { ObjectStorage } from './object-storage';
import type { S3Place } from './s3.storage';

/** Opens the storage that `FILES_URL` names; if it is `null`, opens the `files` folder in `dataDir`. */
export async function openStorage(filesUrl: string | null, dataDir: string): Promise<ObjectStorage> {
  if (filesUrl === null) return new DiskStorage(path.resolve(dataDir, 'files'));
  const url = new URL(filesUrl);
  if (url.protocol === 'file:') return new DiskStorage(fileURLToPath(url));
  // Amazon's client is large, so it is not loaded for storage on disk.
  const { S3Storage } = await import('./s3.storage.js');
  return new S3Storage(placeOf(url));
}

function placeOf(url: URL): S3Place {
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  return {
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint: url.searchParams.get('endpoint'),
    region: url.searchParams.get('region') ?? 'us-east-1',
    credentials: null,
  };
}
