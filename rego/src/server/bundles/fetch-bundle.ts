import { stat } from 'node:fs/promises';
import type { BundleConfig } from '../config/bundle-config.js';
import { askService, readAnswer } from '../service-client.js';
import { type Bundle, readBundleArchive, readBundlePath } from './read-bundle.js';

/** The result of a fetch. */
export type Fetched =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'bundle';
      readonly bundle: Bundle;
      /** The archive as received; `null` for a folder. */
      readonly archive: Uint8Array | null;
      /** Distinguishes this bundle from other bundles from the same source; empty if the source does not provide a version. */
      readonly version: string;
    };

/** A source that returned an HTTP error. */
export class BundleHttpError extends Error {
  constructor(readonly httpCode: number) {
    super(`server replied with HTTP ${httpCode}`);
    this.name = 'BundleHttpError';
  }
}

/**
 * Fetches a bundle unless its version is `known`. Errors: `BundleError`, `BundleHttpError`, file system errors, and the errors that `fetch`
 * throws.
 */
export function fetchBundle(config: BundleConfig, known: string, signal: AbortSignal): Promise<Fetched> {
  return config.source.kind === 'file' ? readFileSource(config, known) : download(config, known, signal);
}

async function readFileSource(config: BundleConfig, known: string): Promise<Fetched> {
  const place = config.source.kind === 'file' ? config.source.path : '';
  const found = await stat(place);
  const version = found.isDirectory() ? '' : `${found.mtimeMs}-${found.size}-${found.ino}`;
  if (version !== '' && version === known) return { kind: 'unchanged' };
  return { kind: 'bundle', bundle: await readBundlePath(place, config), archive: null, version };
}

async function download(config: BundleConfig, known: string, signal: AbortSignal): Promise<Fetched> {
  if (config.source.kind === 'file') return { kind: 'unchanged' };
  const { service, resource } = config.source;
  const answer = await askService(service, {
    method: 'GET',
    resource,
    headers: { Prefer: 'modes=snapshot', ...(known === '' ? {} : { 'If-None-Match': known }) },
    signal,
  });
  if (answer.status !== 200) {
    await answer.body?.cancel();
    if (answer.status === 304) return { kind: 'unchanged' };
    throw new BundleHttpError(answer.status);
  }
  const archive = await readAnswer(answer, config.maxBytes);
  const bundle = await readBundleArchive(archive, config);
  return { kind: 'bundle', bundle, archive, version: answer.headers.get('etag') ?? '' };
}
