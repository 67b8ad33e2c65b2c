import type { FileHandle } from 'node:fs/promises';
import type { Members } from '../kinds/kind';
import { openPrivate } from '../private-file';

/** The file for secrets that the platform makes and shows only once: one JSON object per line, readable only by its owner. */
export class SecretsFile {
  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<SecretsFile> {
    return new SecretsFile(await openPrivate(path, 'a'));
  }

  /** Stores the secrets of an object. They are on the disk when the promise resolves. */
  async write(
    object: { readonly tenant: string; readonly section: string; readonly key: string },
    secrets: Members,
  ): Promise<void> {
    const { tenant, section, key } = object;
    await this.file.appendFile(`${JSON.stringify({ tenant, section, key, ...secrets })}\n`);
    await this.file.datasync();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
