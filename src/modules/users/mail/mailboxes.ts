import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ShownMail } from '../contract/mailbox.port';

/** The number of mails that a mailbox keeps. */
const MAX_SHOWN = 100;

/** The newest mails of a development installation, at most 100. */
export interface Mailbox {
  add(mail: ShownMail): Promise<void>;
  /** Returns the mails, newest first. */
  list(): Promise<readonly ShownMail[]>;
}

/** A mailbox of one process. */
export class MemoryMailbox implements Mailbox {
  private readonly mails: ShownMail[] = [];

  async add(mail: ShownMail): Promise<void> {
    this.mails.unshift(mail);
    this.mails.length = Math.min(this.mails.length, MAX_SHOWN);
  }

  async list(): Promise<readonly ShownMail[]> {
    return this.mails;
  }
}

/**
 * A mailbox of all processes that share a `DATA_DIR`: one file per mail, in a folder that only the user of the processes can read, because
 * links in mails set passwords. File names begin with the time, so that they sort by age.
 */
export class FolderMailbox implements Mailbox {
  constructor(private readonly folder: string) {}

  async add(mail: ShownMail): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const name = `${String(mail.atMs).padStart(15, '0')}-${randomUUID()}`;
    const draft = path.join(this.folder, `${name}.draft`);
    await writeFile(draft, JSON.stringify(mail), { mode: 0o600, flag: 'wx' });
    // Readers never see part of a mail.
    await rename(draft, path.join(this.folder, `${name}.json`));
    const old = (await this.names()).slice(MAX_SHOWN);
    await Promise.all(old.map((file) => rm(path.join(this.folder, file), { force: true })));
  }

  async list(): Promise<readonly ShownMail[]> {
    const names = (await this.names()).slice(0, MAX_SHOWN);
    const mails = await Promise.all(names.map((name) => this.read(name)));
    return mails.filter((mail) => mail !== null);
  }

  /** Returns the files of the mails, newest first. */
  private async names(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(nullIfMissing);
    return (names ?? [])
      .filter((name) => name.endsWith('.json'))
      .sort()
      .reverse();
  }

  /** Returns `null` if another process has just removed the mail. */
  private async read(name: string): Promise<ShownMail | null> {
    const text = await readFile(path.join(this.folder, name), 'utf8').catch(nullIfMissing);
    return text === null ? null : (JSON.parse(text) as ShownMail);
  }
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
