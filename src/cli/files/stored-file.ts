import { z } from 'zod';
import { file, type FileView } from '../../modules/files/contract/files.types';
import type { RestClient } from '../api/rest-client';
import { CommandFault } from '../command';

/** Returns a file's metadata; `null` if there is no such file. Errors: `CommandFault`. */
async function findFile(client: RestClient, tier: string, path: string): Promise<FileView | null> {
  const page = z.object({ items: z.array(file) });
  // A path sorts before all others that begin with it.
  const { items } = await client.get(page, '/v1/files', { tier, prefix: path, limit: '1' });
  return items.find(({ key }) => key === path) ?? null;
}

/** Returns a file's metadata. Errors: `CommandFault` if there is no such file. */
export async function fileAt(client: RestClient, tier: string, path: string): Promise<FileView> {
  const found = await findFile(client, tier, path);
  if (found === null) throw new CommandFault(`There is no file "${path}" in the tier ${tier}.`);
  return found;
}
