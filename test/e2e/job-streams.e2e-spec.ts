import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { status as Grpc } from '@grpc/grpc-js';
import { type Followed, type GrpcClient } from '../support/grpc-client';
import { EventSourceReader } from '../support/event-source';
import { call } from '../support/http-client';
import { Installation } from '../support/installation';

/** The total number of cut streams for all readers. */
const CUTS = 1_000;
const READERS_OF_EACH = 5;
const SCOPES = ['jobs.read', 'jobs.write'];

/** Writes lines and reports progress until the stop file exists. */
const SCRIPT = `n=0; while [ ! -e "$1" ]; do
  echo "line $n"; [ $((n % 10)) = 0 ] && echo "::coresdk-progress {\\"stage\\":\\"$n\\"}"
  n=$((n + 1)); sleep 0.02
done`;

/** One attempt at a stream: returns the numbers received before it was cut or ended. */
type Attempt = (last: number | null, cutAfter: number) => Promise<{ readonly got: number[]; readonly isOver: boolean }>;

let installation: Installation;
let token: string;
let service: GrpcClient;
let tenantId: string;
let jobId: string;
let stopFile: string;

const url = (path: string): string => `${installation.backendUrl}/v1/jobs${path}`;
const newestEvent = async (): Promise<number> =>
  Number((await call<{ lastEvent: number }>(url(`/${jobId}`), { token })).body.lastEvent);

beforeAll(async () => {
  installation = await Installation.start({
    layout: 'all',
    environment: { JOBS_ALLOW_LOCAL_PROCESS: 'true', EVENTS_STREAMS_PER_TENANT: '100' },
  });
  const admin = await installation.adminToken();
  const app = await installation.register(admin, { declared_scopes: SCOPES, default_scopes: SCOPES });
  token = await installation.token(app.client_id, app.client_secret);
  service = installation.sidecar();
  stopFile = join(installation.folder, 'stop-the-job');
  const json = { type: 'container', kind: 'ticker', command: ['sh', '-c'], args: [SCRIPT, 'ticker', stopFile] };
  const { status, body } = await call<{ id: string }>(url(''), { token, json });
  expect([status, body]).toEqual([202, expect.objectContaining({ id: expect.stringMatching(/^job-/) as string })]);
  jobId = body.id;
  tenantId =
    (await installation.query<{ tenant_id: string }>('SELECT tenant_id FROM jobs.jobs WHERE id = $1', [jobId]))[0]
      ?.tenant_id ?? '';
});

afterAll(() => installation.remove());

/** Reads Server-Sent Events, resuming by `Last-Event-ID`. */
function overHttp(path: string): Attempt {
  return async (last, cutAfter) => {
    const over = new AbortController();
    const headers = {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(last === null ? {} : { 'last-event-id': String(last) }),
    };
    const response = await fetch(url(path), { headers, signal: over.signal });
    if (response.status === 204) return { got: [], isOver: true };
    expect(response.status).toBe(200);
    const reader = new EventSourceReader();
    const decoder = new TextDecoder();
    const got: number[] = [];
    try {
      for await (const chunk of response.body ?? []) {
        got.push(...reader.take(decoder.decode(chunk, { stream: true })).map(({ id }) => Number(id)));
        if (got.length >= cutAfter) break;
      }
    } finally {
      over.abort();
    }
    return { got, isOver: false };
  };
}

/** Reads over gRPC, resuming by `last-event-id`. Its messages have no numbers, so they are counted. */
function overGrpc(method: string, request: object, first: number): Attempt {
  return async (last, cutAfter) => {
    const more = last === null ? {} : { 'last-event-id': String(last) };
    const stream: Followed<object> = service.follow(
      'JobService',
      method,
      { ...request, jobId, tenant: { tenantId } },
      more,
    );
    const got: number[] = [];
    try {
      while (got.length < cutAfter) {
        await stream.next();
        got.push((last ?? first - 1) + got.length + 1);
      }
    } catch {
      return { got, isOver: (await stream.ended) === Grpc.OK };
    } finally {
      stream.cancel();
    }
    return { got, isOver: false };
  };
}

/** Reads a stream to its end and interrupts it this many times. */
async function readCut(attempt: Attempt, cuts: number, allCut: () => void): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let cut = 0; ; cut += 1) {
    if (cut === cuts) allCut();
    // Between two messages, within a message in transit, and before the first message.
    const cutAfter = cut < cuts ? cut % 3 : Number.POSITIVE_INFINITY;
    const { got, isOver } = await attempt(seen.at(-1) ?? null, cutAfter);
    seen.push(...got);
    if (isOver) return seen;
  }
}

it(`${CUTS} cut streams of a running job, over REST and gRPC, leave no gaps and do not repeat messages`, async () => {
  const kinds: readonly Attempt[] = [
    overHttp(`/${jobId}/events`),
    overHttp(`/${jobId}/logs`),
    overGrpc('WatchJob', { fromBeginning: true }, 1),
    overGrpc('GetJobLogs', { follow: true }, 0),
  ];
  const readers = kinds.flatMap((kind) => Array.from({ length: READERS_OF_EACH }, () => kind));
  let cutting = readers.length;
  const allCut = (): void => {
    cutting -= 1;
    if (cutting === 0) void writeFile(stopFile, '');
  };
  const seen = await Promise.all(readers.map((reader) => readCut(reader, CUTS / readers.length, allCut)));

  const lastEvent = await newestEvent();
  const text = await call(url(`/${jobId}/logs`), { token });
  const lines = text.text.split('\n').slice(0, -1);
  expect(lines.filter((line) => line.startsWith('line '))).toEqual(
    Array.from({ length: lines.filter((line) => line.startsWith('line ')).length }, (_, n) => `line ${n}`),
  );
  expect(lines.length).toBeGreaterThan(50);
  for (const [index, numbers] of seen.entries()) {
    const isEvents = Math.floor(index / READERS_OF_EACH) % 2 === 0;
    const first = isEvents ? 1 : 0;
    const count = isEvents ? lastEvent : lines.length;
    expect(numbers).toEqual(Array.from({ length: count }, (_, at) => first + at));
  }
});
