/** A call in the form that the test double processes. */
export interface MemoryRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The body as JSON or form data; empty if it is neither. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A response of the test double: with `json`, `bytes` or no body. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Returns an error in the backend's format. */
export function failure(status: number, error: string, description: string): Answer {
  return { status, json: { error, error_description: description, status, request_id: 'memory' } };
}

export async function requestOf(input: string, init: RequestInit): Promise<MemoryRequest> {
  const url = new URL(input);
  const headers = new Headers(init.headers);
  const bytes = new Uint8Array(await new Response(init.body ?? null).arrayBuffer());
  const { method = 'GET' } = init;
  return {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    bytes,
    body: bodyOf(init.body, bytes, headers),
  };
}

function bodyOf(body: unknown, bytes: Uint8Array, headers: Headers): Readonly<Record<string, unknown>> {
  if (body instanceof URLSearchParams) return Object.fromEntries(body);
  if (bytes.length === 0 || headers.get('content-type') !== 'application/json') return {};
  return JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>;
}

export function responseOf({ status, json, bytes, headers = {} }: Answer): Response {
  const body = json === undefined ? (bytes ?? null) : JSON.stringify(json);
  return new Response(status === 204 ? null : body, { status, headers });
}

interface Sent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Returns a stream of messages that ends after the last message. */
export function eventStream(events: readonly Sent[]): Answer {
  const text = events.map(({ id, event, data }) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const bytes = new TextEncoder().encode(text.join(''));
  return { status: 200, bytes, headers: { 'content-type': 'text/event-stream' } };
}
