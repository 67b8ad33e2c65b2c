import { ArchiveError, archivePath, gunzipUpTo, readTar } from '@coresdk/rego/bundle';
import { BUNDLE_LIMITS } from '../contract/policy-bundles.types';
import type { Faults } from '../domain/faults';
import type { PolicyFile } from '../domain/policy-files';

/** An uploaded bundle in a form that consists only of bytes and text and can be sent to threads. */
export type SentBundle =
  | { readonly kind: 'archive'; readonly bytes: Uint8Array }
  | { readonly kind: 'module'; readonly text: string }
  /** `data` is the text of a JSON object. */
  | { readonly kind: 'files'; readonly modules: Readonly<Record<string, string>>; readonly data: string };

/** The name of a module that was uploaded without a bundle. */
const LONE_MODULE = 'policy.rego';

/**
 * Returns the files of a bundle that was uploaded in any form. If the bundle cannot be unpacked, returns no files and adds the reason to
 * `faults`.
 */
export async function unpackUpload(bundle: SentBundle, faults: Faults): Promise<readonly PolicyFile[]> {
  try {
    if (bundle.kind === 'archive') {
      const tar = await gunzipUpTo(bundle.bytes, BUNDLE_LIMITS.maxUnpackedBytes + tarOverhead());
      return readTar(tar, BUNDLE_LIMITS);
    }
    if (bundle.kind === 'module') return [{ path: LONE_MODULE, bytes: Buffer.from(bundle.text) }];
    return filesOf(bundle.modules, bundle.data);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    faults.add(error.code, error.file, error.message);
    return [];
  }
}

/** Returns the overhead of a tarball, which is a header and padding for each file. */
function tarOverhead(): number {
  return 2 * 1024 * BUNDLE_LIMITS.maxFiles;
}

function filesOf(modules: Readonly<Record<string, string>>, data: string): readonly PolicyFile[] {
  const files = new Map<string, PolicyFile>();
  for (const [written, text] of Object.entries(modules)) {
    const path = archivePath(written, false, BUNDLE_LIMITS.maxPathLength);
    if (!path.endsWith('.rego')) throw new ArchiveError('path_invalid', 'A module must be named "<path>.rego".', path);
    if (files.has(path)) throw new ArchiveError('path_invalid', 'This module occurs twice.', path);
    files.set(path, { path, bytes: Buffer.from(text) });
    if (files.size > BUNDLE_LIMITS.maxFiles) {
      throw new ArchiveError('limit_exceeded', `A bundle has at most ${BUNDLE_LIMITS.maxFiles} files.`);
    }
  }
  return data === '{}' ? [...files.values()] : [...files.values(), { path: 'data.json', bytes: Buffer.from(data) }];
}
