import { randomUUID } from 'node:crypto';

/** A request in the form that tests write: at most one of `json`, `form` and `body`. */
export interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly basic?: readonly [clientId: string, secret: string];
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A complete response. `body` is the parsed JSON, or an empty object if there is none. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
  /** The value sent as `X-Request-Id`, which identifies the call's audit events. */
  readonly requestId: string;
}

/** The members of every error (rest.md §1). */
export interface ErrorMembers {
  readonly error: string;
  readonly error_description: string;
  readonly status: number;
  readonly request_id: string;
  /** Machine-readable; present at least in each 503 response. */
  readonly reason?: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

/** Sends a request and reads the response, whatever its status. `T` is the type that the test expects on success. */
export async function call<T = Record<string, unknown>>(url: string, options: Call = {}): Promise<Answer<T>> {
  const requestId = options.headers?.['x-request-id'] ?? `test-${randomUUID()}`;
  const headers = new Headers({ 'x-request-id': requestId, ...options.headers });
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
  if (options.basic) headers.set('authorization', basicHeader(...options.basic));
  let body: string | URLSearchParams | Uint8Array<ArrayBuffer> | null = options.body ?? null;
  if (options.json !== undefined) {
    body = JSON.stringify(options.json);
    headers.set('content-type', 'application/json');
  } else if (options.form) {
    body = new URLSearchParams(options.form);
  }
  const method = options.method ?? (body === null ? 'GET' : 'POST');
  const response = await fetch(url, { method, headers, body, redirect: 'manual' });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const isJson = /^application\/(problem\+)?json/.test(type);
  const parsed: T = isJson && text !== '' ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, body: parsed, requestId };
}

/** Returns `Authorization: Basic`, with each part form-encoded first (RFC 6749 §2.3.1). */
export function basicHeader(clientId: string, secret: string): string {
  const encode = (part: string): string => encodeURIComponent(part).replaceAll('%20', '+');
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(secret)}`).toString('base64')}`;
}

/** Matches internals that must not appear in a response: a stack, SQL, one of our paths, or a driver's messages. */
const LEAKS = [
  /\n\s+at /,
  /\bat [\w.<>]+ \(/,
  /node_modules|dist\/src|\/work\/|\/tmp\/|\.js:\d|\.ts:\d/,
  /\b(SELECT|INSERT|UPDATE|DELETE|set_config)\b.*\b(FROM|INTO|SET|WHERE)\b/,
  /QueryFailedError|PostgresError|ECONNREFUSED|SyntaxError|TypeError|ZodError|SQLSTATE|pg_/,
  /coresdk_app|coresdk_owner|-----BEGIN/,
];

/** Asserts the common error format: status, code, the exact members, a reason in each 503, and no leaks. */
export function expectError(
  answer: Answer<unknown>,
  status: number,
  error: string,
  options: { readonly requestId?: string | RegExp } = {},
): ErrorMembers {
  const body = answer.body as ErrorMembers;
  expect({ status: answer.status, error: body.error, text: answer.text }).toMatchObject({ status, error });
  const members = ['error', 'error_description', 'request_id', 'status'];
  const further = ['errors', 'reason'].filter((name) => name in body);
  expect(Object.keys(body).sort()).toEqual([...members, ...further].sort());
  if (status === 503) expect(body.reason).toMatch(/^[a-z_]+$/);
  expect(body).toMatchObject({ error, status });
  expect(body.error_description).toMatch(/^\P{Cc}{8,400}$/u);
  const requestId = options.requestId ?? answer.requestId;
  expect(body.request_id).toEqual(typeof requestId === 'string' ? requestId : expect.stringMatching(requestId));
  expect(answer.headers.get('x-request-id')).toBe(body.request_id);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expectNoLeak(answer.text);
  return body;
}

export function expectNoLeak(text: string): void {
  for (const leak of LEAKS) expect(text).not.toMatch(leak);
}
