import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromJson } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import { Logger } from './logger.js';
import { PolicyStore } from './policy-store.js';
import { type RunningServer, type ServerOptions, startServer } from './start-server.js';

export interface TestServerOptions extends Partial<Omit<ServerOptions, 'store' | 'logger' | 'print'>> {
  readonly modules?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly store?: PolicyStore;
}

export interface TestServer {
  readonly url: string;
  readonly server: RunningServer;
  /** The events in the server log. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** The decisions in the console log. */
  readonly decisions: readonly Readonly<Record<string, unknown>>[];
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly json: unknown;
}

const ends: (() => Promise<void> | void)[] = [];

/** Runs the cleanup of a test in reverse order. For `afterEach`. */
export async function stopAll(): Promise<void> {
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
}

/** Registers `end` to run after the test. */
function afterTest(end: () => Promise<void> | void): void {
  ends.push(end);
}

/** Starts a server on a free port. It runs until the test ends. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { modules = {}, data = {}, store = storeOf(modules, data), ...rest } = options;
  const lines: string[] = [];
  const printed: string[] = [];
  const parsed = (texts: readonly string[]): Record<string, unknown>[] =>
    texts.map((line) => JSON.parse(line) as Record<string, unknown>);
  const server = await startServer({
    store,
    config: {},
    logger: new Logger('debug', 'json', (text) => void lines.push(text)),
    print: (text) => void printed.push(text),
    addresses: ['127.0.0.1:0'],
    diagnosticAddresses: [],
    tls: null,
    access: { authentication: 'off', authorization: 'off' },
    limits: {},
    maxErrors: 10,
    version: '1.2.3',
    readyTimeoutMs: 0,
    watched: null,
    ...rest,
  });
  afterTest(() => server.stop(1_000));
  const [url = ''] = server.urls;
  return {
    url,
    server,
    get log() {
      return parsed(lines);
    },
    get decisions() {
      return parsed(printed);
    },
    ask: (...request) => ask(url, ...request),
  };
}

/** Sends a request as a client would. A string is sent as is, and any other value as JSON. */
export async function ask(
  url: string,
  method: string,
  place: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const sent =
    body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const answer = await fetch(`${url}${place}`, {
    method,
    headers,
    redirect: 'manual',
    ...(sent === undefined ? {} : { body: typeof sent === 'string' ? sent : new Uint8Array(sent) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function storeOf(modules: Readonly<Record<string, string>>, data: Readonly<Record<string, unknown>>): PolicyStore {
  const sources = Object.entries(modules).map(([file, text]) => ({ path: file, text }));
  const created = PolicyStore.of(sources, fromJson(data) as RegoObject);
  if (!created.ok) throw new Error(created.errors.join('\n'));
  return created.store;
}

/** Starts a separate HTTP server, such as a bundle server. It runs until the test ends. */
export async function startPeer(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Returns a port that is not in use. */
export async function unusedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Creates a folder that exists until the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rego-server-'));
  afterTest(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Waits until a condition holds, limited by the timeout of the test. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
