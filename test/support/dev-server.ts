import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AppWithSecret } from '../../src/modules/apps/contract/apps.types';
import type { TokenAnswer } from '../../src/modules/oauth/contract/oauth.types';
import { COMPILE_CACHE } from './compile-cache';
import { copyCheckout } from './copied-checkout.cjs';
import { freePorts } from './free-ports';
import { basicHeader, call } from './http-client';

/** `npm run dev` in a copy of this checkout, so that tests can change its files. Call {@link remove} at the end. */
export class DevServer {
  /** All output of the command so far. */
  output = '';
  private readonly child: ChildProcess;

  private constructor(
    private readonly folder: string,
    readonly url: string,
    readonly controlPlaneUrl: string,
    environment: Readonly<Record<string, string>>,
  ) {
    this.child = spawn(process.execPath, ['scripts/run.mjs', 'dev'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** Starts the command without waiting for the product. */
  static async start(): Promise<DevServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-dev-'));
    // If this user is root, PostgreSQL runs as a different user.
    await chmod(folder, 0o755);
    copyCheckout(folder);
    const [port, controlPlane, health, grpc] = await freePorts(4);
    return new DevServer(folder, `http://127.0.0.1:${port}`, `http://127.0.0.1:${controlPlane}`, {
      PORT: String(port),
      CONTROL_PLANE_PORT: String(controlPlane),
      HEALTH_PORT: String(health),
      CORESDK_SIDECAR_ADDR: `127.0.0.1:${grpc}`,
    });
  }

  /** Returns a response as text; an empty string while the product does not respond. */
  async text(address: string): Promise<string> {
    const answer = await fetch(this.url + address, { headers: { accept: 'application/json' } }).catch(() => null);
    return answer === null ? '' : answer.text();
  }

  /** Replaces a text in a file of the checkout. Throws if the file does not contain the text. */
  change(file: string, before: string, after: string): void {
    const text = readFileSync(path.join(this.folder, file), 'utf8');
    if (!text.includes(before)) throw new Error(`${file} does not contain ${before}.`);
    writeFileSync(path.join(this.folder, file), text.replaceAll(before, after));
  }

  /** Returns the line, from 1, of the first occurrence of a text in a file. */
  lineOf(file: string, text: string): number {
    const [head = ''] = readFileSync(path.join(this.folder, file), 'utf8').split(text);
    return head.split('\n').length;
  }

  /** Returns the process ID of the embedded database. */
  databasePid(): number {
    return Number.parseInt(readFileSync(path.join(this.folder, '.data/postgres/postmaster.pid'), 'utf8'), 10);
  }

  /** Runs `npx coresdk` as the administrator app. @returns its output; rejects with it if the command fails. */
  async coresdk(...args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, ['scripts/coresdk.mjs', ...args], {
      cwd: this.folder,
      env: {
        ...COMPILE_CACHE,
        PATH: process.env['PATH'],
        HOME: this.folder,
        CPOD_URL: this.url,
        CPOD_CONTROL_PLANE_URL: this.controlPlaneUrl,
        CPOD_CLIENT_ID: 'app-admin',
        CPOD_CLIENT_SECRET: this.adminSecret(),
      },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`coresdk ${args.join(' ')} exited with ${code}:\n${err}`);
    return out;
  }

  /** Returns a token of the administrator app. */
  adminToken(scope: string): Promise<string> {
    return this.token('app-admin', this.adminSecret(), scope);
  }

  /** Registers an app with this scope, and returns a token of the app. */
  async tokenWith(scope: string): Promise<string> {
    const json = { name: 'Developer', declared_scopes: [scope], default_scopes: [scope] };
    const token = await this.adminToken('admin');
    const { body } = await call<AppWithSecret>(`${this.url}/v1/oauth/apps`, { token, json });
    return this.token(body.client_id, body.client_secret ?? '', scope);
  }

  /** Sends the command a signal. @returns its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  /** Kills the command if it still runs, and deletes the copy. */
  remove(): void {
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private adminSecret(): string {
    return readFileSync(path.join(this.folder, '.data/secrets/admin-client-secret'), 'utf8').trim();
  }

  private async token(clientId: string, secret: string, scope: string): Promise<string> {
    const headers = { authorization: basicHeader(clientId, secret) };
    const form = { grant_type: 'client_credentials', scope };
    const { status, body, text } = await call<TokenAnswer>(`${this.url}/v1/oauth/token`, { headers, form });
    if (status !== 200) throw new Error(`No token for ${clientId}: ${text}`);
    return body.access_token;
  }
}
