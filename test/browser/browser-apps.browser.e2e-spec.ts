import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { builtPackage } from '../support/built-package';
import { findChromium, launchChromium } from '../support/chromium';
import { DocumentedProgram } from '../support/documented-program';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { bashBlocks, namedFiles } from '../support/paste-commands';

const GUIDE = 'docs/guides/browser-apps.md';
const DOCUMENTED = 'http://localhost:5173';
const VITE = path.resolve(__dirname, '../../node_modules/vite/bin/vite.js');
const executable = findChromium();

(executable === null ? describe.skip : describe)('the guide for browser apps', () => {
  let program: DocumentedProgram;
  let browser: Browser;
  let context: BrowserContext;
  let folder: string;
  let origin: string;
  let server: ChildProcess;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    origin = `http://localhost:${port}`;
    program = await DocumentedProgram.start();
    folder = await makePage();
    server = spawn(process.execPath, [VITE, '--port', String(port), '--strictPort'], { cwd: folder, stdio: 'ignore' });
    await eventually(async () => expect((await fetch(origin)).status).toBe(200));
    browser = await launchChromium(executable ?? '');
    context = await browser.newContext({ locale: 'en-GB' });
  });

  afterAll(async () => {
    await browser?.close();
    if (server?.exitCode === null) {
      server.kill();
      await once(server, 'exit');
    }
    await program?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** Creates the folder of the page: the files of the guide, and a link to the SDK, as `npm install` creates it. */
  async function makePage(): Promise<string> {
    const made = await mkdtemp(path.join(tmpdir(), 'coresdk-page-'));
    const backend = program.role.environment['PUBLIC_URL'] ?? '';
    for (const { name, text } of namedFiles(GUIDE)) {
      await writeFile(path.join(made, name), text.replaceAll('http://localhost:8000', backend));
    }
    await mkdir(path.join(made, 'node_modules/@cpod'), { recursive: true });
    await symlink(builtPackage('sdk'), path.join(made, 'node_modules/@cpod/sdk'));
    return made;
  }

  const [setup = '', register = '', leaveOut = '', add = ''] = bashBlocks(GUIDE);

  /** Pastes a block of the guide into a new shell, for the origin of the page. Returns what the block prints. */
  async function paste(block: string): Promise<string> {
    const { status, stdout, stderr } = await program.run(setup + block.replaceAll(DOCUMENTED, origin));
    expect([status, stderr]).toEqual([0, '']);
    return stdout.trim();
  }

  /** Signs in on the page, and returns the text that the page shows at the end. The browser keeps the session and the consent. */
  async function signIn(page: Page, isFirst = false): Promise<string> {
    await page.goto(origin);
    await page.getByRole('button', { name: 'Sign in' }).click();
    if (isFirst) {
      await page.locator('#email').fill('admin@example.com');
      const password = await readFile(path.join(program.folder, '.data/secrets/admin-password'), 'utf8');
      await page.locator('#password').fill(password.trim());
      await page.locator('form button').click();
      await page.getByRole('button', { name: 'Allow' }).click();
    }
    const shown = page.locator('pre');
    await eventually(async () => expect(await shown.textContent()).not.toBe(''));
    return (await shown.textContent()) ?? '';
  }

  it('leads from an empty folder to a page that calls the API, and explains a missing origin', async () => {
    const page = await context.newPage();
    expect(await paste(register)).toBe(`[ '${origin}', 'https://board.example.com' ]`);
    expect(await signIn(page, true)).toBe('Signed in. Projects: 0');
    expect(await paste(leaveOut)).toBe("[ 'https://board.example.com' ]");
    expect(await signIn(page)).toContain(
      `BlockedOriginError: Probably blocked by CORS: add this origin to "allowed_origins" of the app: ${origin}.`,
    );
    expect(await paste(add)).toBe(`[ 'https://board.example.com', '${origin}' ]`);
    expect(await signIn(page)).toBe('Signed in. Projects: 0');
  });
});
