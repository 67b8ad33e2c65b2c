import { constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFile, withStartupLock } from './startup-lock';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'startup-lock-'));
  mkdirSync(join(folder, 'postgres-control'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens files as macOS does: with O_EXLOCK, a file that is open cannot be opened a second time. Counts the refusals. */
class ExclusiveFiles {
  refusals = 0;
  private isOpen = false;

  readonly open: typeof open = async (path, flags, mode) => {
    expect(Number(flags) & (0x20 | constants.O_NONBLOCK)).toBe(0x20 | constants.O_NONBLOCK);
    if (this.isOpen) {
      this.refusals += 1;
      throw Object.assign(new Error('locked'), { code: 'EAGAIN' });
    }
    this.isOpen = true;
    const file = await open(path, flags, mode);
    const close = file.close.bind(file);
    file.close = () => {
      this.isOpen = false;
      return close();
    };
    return file;
  };
}

describe('the startup lock', () => {
  it('runs one piece of work at a time with a locked file', async () => {
    const files = new ExclusiveFiles();
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      while (files.refusals === 0) await new Promise(setImmediate);
      order.push(`${name} ends`);
    };
    const tryLock = (directory: string) => lockFile(directory, files.open);
    await Promise.all(['first', 'second'].map((name) => withStartupLock(folder, work(name), tryLock)));
    expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('is released after a failure', async () => {
    const fail = withStartupLock(folder, () => Promise.reject(new Error('no disk')));
    await expect(fail).rejects.toThrow('no disk');
    expect(await withStartupLock(folder, async () => 'done')).toBe('done');
  });

  it('reports a file that cannot be opened', async () => {
    rmSync(join(folder, 'postgres-control'), { recursive: true });
    await expect(lockFile(folder)).rejects.toThrow('ENOENT');
  });
});
