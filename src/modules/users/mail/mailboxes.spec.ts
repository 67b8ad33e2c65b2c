import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ShownMail } from '../contract/mailbox.port';
import { FolderMailbox, type Mailbox, MemoryMailbox } from './mailboxes';

let folder: string;

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'mailbox-')), 'mailbox');
});

afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

const mailAt = (atMs: number): ShownMail => ({ to: 'ada@example.com', subject: `Number ${atMs}`, text: 'Text', atMs });
const mailboxes: readonly (readonly [string, () => Mailbox])[] = [
  ['one process', () => new MemoryMailbox()],
  ['several processes', () => new FolderMailbox(folder)],
];

describe.each(mailboxes)('the mailbox of %s', (_, open) => {
  it('keeps the newest 100 mails, newest first', async () => {
    const mailbox = open();
    expect(await mailbox.list()).toEqual([]);
    for (let at = 1; at <= 103; at++) await mailbox.add(mailAt(at));
    expect(await mailbox.list()).toEqual(Array.from({ length: 100 }, (_value, index) => mailAt(103 - index)));
  });
});

describe('the mailbox of several processes', () => {
  it('shows the mail of each of them, also after a restart', async () => {
    const [one, other] = [new FolderMailbox(folder), new FolderMailbox(folder)];
    await Promise.all([one.add(mailAt(1)), other.add(mailAt(2)), one.add(mailAt(3))]);
    for (const reader of [one, other, new FolderMailbox(folder)]) {
      expect((await reader.list()).map(({ atMs }) => atMs)).toEqual([3, 2, 1]);
    }
  });

  it('can be read only by the user of the processes', async () => {
    await new FolderMailbox(folder).add(mailAt(1));
    const [name = ''] = readdirSync(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });
});
