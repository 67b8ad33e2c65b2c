import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantiles } from '../../bench/lib/numbers.mjs';
import type { Latencies } from '../latencies';
import type { FloodRequest } from './attacks';
import type { TenantOfDrill } from './tenant';

const PER_SECOND = 50;

export interface VictimFigures extends Latencies {
  readonly requests: number;
  /** Responses other than 2xx, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** 99th percentile of each kind of request, in milliseconds. */
  readonly p99MsOf: Readonly<Record<string, number>>;
}

/** A tenant that does ordinary work: lists and gets projects, runs a skill and requests decisions; 50 requests a second. */
export class Victim {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

  private constructor(private readonly requests: Readonly<Record<string, FloodRequest>>) {}

  static async prepare(tenant: TenantOfDrill): Promise<Victim> {
    const project = { key: 'CALM', name: 'Calm' };
    const { body } = await tenant.backend<{ readonly id: string }>('/v1/projects', { method: 'POST', json: project });
    const skill = { runtime: 'javascript', source: 'export default (input) => input.n + 1' };
    await tenant.backend('/v1/skills/add', { method: 'PUT', json: skill });
    const get = (path: string): FloodRequest => tenant.send('GET', path, '');
    return new Victim({
      list: get('/v1/projects'),
      get: get(`/v1/projects/${body.id}`),
      run: tenant.post('/v1/skills/add/run?wait=10', { input: { n: 1 } }),
      ask: tenant.post('/v1/authorize', { token: tenant.token, action: 'project.list', resource: 'project' }),
    });
  }

  /** Works for a duration. Response times start when a request was due, so that a stall counts for all requests that it delayed. */
  async work(seconds: number): Promise<VictimFigures> {
    const began = performance.now();
    const kinds = Object.entries(this.requests).map(([kind, request]) => ({ kind, request, times: [] as number[] }));
    const refused: Record<string, number> = {};
    const open: Promise<void>[] = [];
    for (let index = 0; index < seconds * PER_SECOND; index += 1) {
      const dueAt = began + (index * 1_000) / PER_SECOND;
      if (dueAt > performance.now()) await sleep(dueAt - performance.now());
      const next = kinds[index % kinds.length];
      if (next === undefined) break;
      open.push(
        this.send(next.request).then((status) => {
          next.times.push(performance.now() - dueAt);
          if (status < 200 || status > 299) refused[status] = (refused[status] ?? 0) + 1;
        }),
      );
    }
    await Promise.all(open);
    const all = kinds.flatMap(({ times }) => times);
    const p99MsOf = Object.fromEntries(kinds.map(({ kind, times }) => [kind, quantiles(times).p99Ms]));
    return { ...quantiles(all), requests: all.length, refused, p99MsOf };
  }

  close(): void {
    this.agent.destroy();
  }

  private send({ url, method, headers, body = '' }: FloodRequest): Promise<number> {
    return new Promise((resolve, reject) => {
      const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
      const request = http.request(url, { method, agent: this.agent, headers: { ...headers, ...length } }, (answer) => {
        answer.resume();
        answer.once('close', () => resolve(answer.statusCode ?? 0));
      });
      request.once('error', reject);
      request.end(body);
    });
  }
}
