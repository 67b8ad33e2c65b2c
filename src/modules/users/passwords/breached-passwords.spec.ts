import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breachHash } from './breached-passwords';
import { BreachedPasswordsFile } from './breached-passwords-file';
import { BreachedPasswordsService } from './breached-passwords-service';

describe('a file of breached passwords', () => {
  let folder: string;
  let path: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breached-'));
    path = join(folder, 'hashes.txt');
  });

  afterAll(() => rm(folder, { recursive: true }));

  const write = async (lines: readonly string[], lineBreak = '\n'): Promise<BreachedPasswordsFile> => {
    await writeFile(path, lines.join(lineBreak));
    return new BreachedPasswordsFile(path);
  };
  const randomHashes = (count: number): string[] =>
    Array.from({ length: count }, () => randomBytes(20).toString('hex').toUpperCase());

  it.each([
    ['with counts and CRLF', '\r\n', (hash: string, i: number) => `${hash}:${10 ** (i % 9)}`],
    ['with hashes only', '\n', (hash: string) => hash],
  ])('%s finds every listed password, and no other', async (_name, lineBreak, line) => {
    for (const count of [1, 2, 3, 50]) {
      const passwords = Array.from({ length: count }, (_, i) => `password ${i}`);
      const hashes = [...passwords.map(breachHash), ...randomHashes(count === 1 ? 0 : 200)].sort();
      const list = await write([...hashes.map(line), ''], lineBreak);
      await list.check();
      for (const password of passwords) expect(await list.has(password)).toBe(true);
      for (let i = 0; i < 50; i++) expect(await list.has(`another ${i}`)).toBe(false);
    }
  });

  it('needs no line break at the end', async () => {
    const list = await write([breachHash('a'), breachHash('b')].sort());
    expect([await list.has('a'), await list.has('b'), await list.has('c')]).toEqual([true, true, false]);
  });

  it.each([
    ['is empty', []],
    ['has passwords instead of hashes', ['correct horse battery staple', 'password']],
    ['has lowercase digits', [breachHash('a').toLowerCase()]],
    ['has no lines', ['F'.repeat(5_000)]],
  ])('that %s has a fault, and accepts no password', async (_name, lines) => {
    const list = await write(lines);
    await expect(list.check()).rejects.toThrow(/empty|SHA-1|line break/);
    await expect(list.has('a')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('that is missing accepts no password', async () => {
    const list = new BreachedPasswordsFile(join(folder, 'missing.txt'));
    await expect(list.check()).rejects.toThrow('ENOENT');
    await expect(list.has('a')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('can be replaced', async () => {
    const list = await write([breachHash('a')]);
    await write([breachHash('b')]);
    expect([await list.has('a'), await list.has('b')]).toEqual([false, true]);
  });
});

describe('a service for breached passwords', () => {
  let server: Server;
  let service: BreachedPasswordsService;
  let respond: (request: IncomingMessage, response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((request, response) => {
      respond(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    service = new BreachedPasswordsService(`http://127.0.0.1:${(server.address() as AddressInfo).port}/range`);
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const hash = breachHash('password');

  it('receives five digits of the hash and a request for padding', async () => {
    const seen: unknown[] = [];
    respond = ({ url, headers }, response) => {
      seen.push(url, headers['add-padding']);
      response.end(`${'0'.repeat(35)}:3\r\n${hash.slice(5)}:42\r\n`);
    };
    expect(await service.has('password')).toBe(true);
    expect(seen).toEqual([`/range/${hash.slice(0, 5)}`, 'true']);
  });

  it.each([
    ['padding', `${hash.slice(5)}:0\r\n`],
    ['missing', ''],
  ])('does not know a password whose entry is %s', async (_name, body) => {
    respond = (_request, response) => response.end(body);
    expect(await service.has('password')).toBe(false);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['fails', (response) => response.writeHead(503).end()],
    ['redirects', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['sends something else', (response) => response.end('<html>')],
    ['sends too much', (response) => response.end('0'.repeat(1024 * 1024))],
    ['closes the connection', (response) => response.destroy()],
  ])('that %s accepts no password', async (_name, answer) => {
    respond = (_request, response) => {
      answer(response);
    };
    await expect(service.has('password')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is never called at a metadata address', async () => {
    const metadata = new BreachedPasswordsService('http://169.254.169.254/range');
    await expect(metadata.has('password')).rejects.toMatchObject({
      code: 'unavailable',
      cause: { name: 'ForbiddenAddress' },
    });
  });
});
