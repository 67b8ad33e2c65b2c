import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CookieBrowser, hiddenFields, type PageAnswer } from './browser-form';
import { COMPILE_CACHE } from './compile-cache';
import { eventually } from './eventually';

/** Returns the text of all `bash` code blocks of a Markdown page, in order. It leaves out `sh` blocks, which do not run. */
export function bashBlocks(document: string): readonly string[] {
  const text = readFileSync(path.resolve(__dirname, '../..', document), 'utf8');
  return [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

/** Returns the commands that a reader of a Markdown page pastes: its `bash` blocks. */
export function pastedCommands(document: string): string {
  return bashBlocks(document).join('\n');
}

/** Returns the code blocks of a Markdown page that have a file name, such as ```ts [server.ts]: the files that a reader saves. */
export function namedFiles(document: string): readonly { readonly name: string; readonly text: string }[] {
  const text = readFileSync(path.resolve(__dirname, '../..', document), 'utf8');
  return [...text.matchAll(/```\w+ \[([^\]]+)\]\n([\s\S]*?)```/g)].map(([, name = '', block = '']) => ({
    name,
    text: block,
  }));
}

/** The time limit of a shell. It is shorter than Jest's own timeout, so that the test shows the output. */
const PASTE_LIMIT_MS = 270_000;

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Pastes a script into a shell. Opens the first sign-in address that it prints, as a browser would. */
export async function paste(
  script: string,
  { folder: cwd, environment }: { folder: string; environment: Readonly<Record<string, string>> },
  open: (url: string) => Promise<void>,
): Promise<Run> {
  const env = { ...process.env, ...COMPILE_CACHE, ...environment };
  // Bash reads the system's bashrc if its input is a socket, and the input of a child process is a socket.
  const shell = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', script], { cwd, env, detached: true });
  // Includes all its children, because a child that waits for the browser would keep its output open.
  const kill = (): boolean => shell.pid !== undefined && process.kill(-shell.pid, 'SIGKILL');
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    kill();
  }, PASTE_LIMIT_MS);
  let [stdout, stderr] = ['', ''];
  const opened: Promise<unknown>[] = [];
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const url = /http:[^\s"]+\/oauth\/authorize\?\S+(?=\n)/.exec(stdout)?.[0];
    if (url !== undefined && opened.length === 0) opened.push(open(url).catch((fault: unknown) => (kill(), fault)));
  });
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status] = (await once(shell, 'close')) as [number | null];
  clearTimeout(late);
  // This also happens if the script ended and left a process behind that keeps its output open.
  if (isLate) throw new Error(`The commands had not ended after ${PASTE_LIMIT_MS} ms:\n${stdout}\n${stderr}`);
  expect(await Promise.all(opened)).toEqual([undefined]);
  return { status, stdout, stderr };
}

/** Signs in at the address as the owner that the first start created, consents, and is redirected to the app. */
export async function signInAsOwner(url: string, password: string): Promise<void> {
  const { origin, pathname, search } = new URL(url);
  const browser = new CookieBrowser(origin);
  const location = ({ headers }: PageAnswer): string => headers.get('location') ?? '';
  const fields = hiddenFields(await browser.get(pathname + search));
  const signedIn = await browser.post('/oauth/sign-in', { ...fields, email: 'admin@example.com', password });
  const consent = hiddenFields(await browser.get(location(signedIn)));
  const callback = location(await browser.post('/oauth/consent', { ...consent, decision: 'allow' }));
  // The address is printed a moment before the app listens for the response.
  const answer = await eventually(() => fetch(callback));
  expect(await answer.text()).toMatch(/^Back to the terminal\.$|<h1>You are signed in<\/h1>/);
}
