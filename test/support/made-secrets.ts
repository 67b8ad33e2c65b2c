import { readFileSync } from 'node:fs';

/** A line of the file of `coresdk apply --secrets-out`: an object, and the secrets that the platform made for it. */
export interface MadeSecret {
  readonly tenant: string;
  readonly section: string;
  readonly key: string;
  readonly client_id: string;
  /** Only apps with a secret have it. */
  readonly client_secret?: string;
}

/** Reads the file of `coresdk apply --secrets-out`. */
export function readMadeSecrets(file: string): readonly MadeSecret[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as MadeSecret);
}
