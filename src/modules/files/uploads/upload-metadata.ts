import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import { pathFault } from '../contract/file-path';
import { TIERS } from '../contract/files.types';
import type { UploadMetadata } from '../contract/resumable-uploads.port';

const MAX_CHARS = 8_192;
/** Names that a client can use. Other names, such as the common `filename` and `relativePath`, are stored but not used. */
const known = z.object({
  tier: z.enum(TIERS),
  path: z.string(),
  filetype: z.string().max(256).optional(),
  contentType: z.string().max(256).optional(),
  projectId: z.string().min(1).max(64).optional(),
});

/**
 * Reads `Upload-Metadata` (tus 1.0.0, "Creation"): comma-separated names, each with a Base64 value.
 * Errors: `invalid_request`.
 */
export function metadataOf(header: string | undefined): UploadMetadata {
  const said = known.safeParse(Object.fromEntries(pairsOf(header ?? '')));
  if (!said.success) throw invalid(`needs tier (${TIERS.join(', ')}) and path, each with a Base64 value`);
  const { tier, path, filetype, contentType, projectId } = said.data;
  const fault = pathFault(path);
  if (fault !== null) throw invalid(`has a path that ${fault}`);
  return { place: { tier, path }, contentType: contentType ?? filetype ?? '', projectId: projectId ?? null };
}

function pairsOf(header: string): [string, string][] {
  if (header.length > MAX_CHARS) throw invalid(`can have at most ${MAX_CHARS} characters`);
  return header.split(',').map((pair) => {
    const [name = '', value = ''] = pair.trim().split(' ');
    return [name, textOf(value)];
  });
}

function textOf(base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    throw invalid('must be Base64 of UTF-8');
  }
}

function invalid(what: string): AppError {
  return new AppError('invalid_request', `Upload-Metadata ${what}.`);
}
