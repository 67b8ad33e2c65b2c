import { setTimeout as sleep } from 'node:timers/promises';
import { status as Grpc } from '@grpc/grpc-js';
import { eventually } from '../support/eventually';
import { GrpcClient } from '../support/grpc-client';
import { Installation } from '../support/installation';
import { PlainClient } from './plain-client';

export interface SigtermFigures {
  readonly rounds: number;
  /** Completed calls, over persistent and over new connections. */
  readonly calls: number;
  /** Refused connections, and calls that a server did not process because it was closing. */
  readonly movedOn: number;
  /** The number of times that a sidecar ended a stream that continued elsewhere. */
  readonly resumptions: number;
  /** Bundles activated during the drill; each stream received each bundle once, in order. */
  readonly bundles: number;
  /** The longest time from the signal to the exit of the process. */
  readonly slowestStopMs: number;
}

const CALLERS = 16;
const CONNECTIONS = 4;
/** The pause between two calls by a caller: this drill tests how sidecars stop, not the speed of this process. */
const PAUSE_MS = 2;
const WATCHERS = 6;
const BUNDLE_EVERY_MS = 250;

/**
 * Sends SIGTERM to one sidecar after another and restarts each, while clients with the addresses of all sidecars make calls continuously,
 * other clients open a connection for each call, and streams follow the policy. Fails if a call gets no response or a wrong response, or if
 * a stream misses or repeats a bundle.
 */
export async function sigtermDrill(rounds: number, sidecars = 3): Promise<SigtermFigures> {
  const installation = await Installation.start({ layout: 'split', sidecars, database: 'server' });
  const everywhere = `ipv4:${installation.sidecarAddresses.join(',')}`;
  const client = new GrpcClient(everywhere, installation.secrets.serviceToken, {
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  });
  const kept = Array.from({ length: CONNECTIONS }, () => new PlainClient(installation.sidecarAddresses, true));
  const fresh = new PlainClient(installation.sidecarAddresses, false);
  const run = new Run();
  try {
    const admin = await installation.adminToken();
    const app = await installation.register(admin);
    const token = await installation.token(app.client_id, app.client_secret ?? '', 'projects.read');
    const load = [
      ...Array.from({ length: CALLERS }, (_, index) => run.calling(kept[index % kept.length] ?? fresh, token)),
      run.calling(fresh, token),
      run.activating(() => upload(installation, admin)),
    ];
    const watchers = Array.from({ length: WATCHERS }, () => run.watching(client));
    const slowestStopMs = await restartEach(installation, rounds, run);
    await run.stop(load);
    await run.stopWatching(watchers);
    return {
      rounds,
      ...run.figures(),
      movedOn: [...kept, fresh].reduce((sum, { movedOn }) => sum + movedOn, 0),
      slowestStopMs,
    };
  } finally {
    run.abandon();
    for (const open of [client, ...kept, fresh]) open.close();
    await installation.remove();
  }
}

async function restartEach(installation: Installation, rounds: number, run: Run): Promise<number> {
  let slowest = 0;
  for (let round = 0; round < rounds; round++) {
    const sidecar = installation.process(`sidecar-${(round % installation.sidecarAddresses.length) + 1}`);
    const before = run.calls;
    await eventually(() => expect(run.calls).toBeGreaterThan(before + CALLERS));
    const began = performance.now();
    expect(await sidecar.stop()).toEqual({ code: 0, signal: null });
    slowest = Math.max(slowest, performance.now() - began);
    sidecar.launch();
    await sidecar.untilReady();
    run.assertWell();
  }
  return Math.round(slowest);
}

/** Uploads a new, unique bundle. Returns its version. */
async function upload(installation: Installation, token: string): Promise<number> {
  const text = `package authz\n\ndefault allow := false # ${performance.now()}\n`;
  const answer = await installation.controlPlane<{ readonly version: number }>('/api/v1/tenants/default/policy', {
    method: 'PUT',
    token,
    json: { modules: { 'authz.rego': text } },
  });
  if (answer.status >= 300) throw new Error(`The bundle was refused: ${answer.text}`);
  return answer.body.version;
}

/** The load while sidecars restart, and the faults that it detects. */
class Run {
  calls = 0;
  private resumptions = 0;
  private bundles = 0;
  private readonly faults: string[] = [];
  private readonly streams = new Set<{ cancel(): void }>();
  private readonly seen: number[] = [];
  private isCalling = true;
  private isOver = false;

  async calling(client: PlainClient, token: string): Promise<void> {
    while (this.isCalling) {
      await client.validate(token).then(
        (refusal) => {
          this.calls += 1;
          if (refusal !== null) this.faults.push(`A valid token was refused: ${refusal}`);
        },
        (fault: unknown) => this.fault('call', fault),
      );
      await sleep(PAUSE_MS);
    }
  }

  async activating(activate: () => Promise<number>): Promise<void> {
    while (this.isCalling) {
      await activate().then(
        (version) => (this.bundles = version),
        (fault: unknown) => this.fault('upload', fault),
      );
      await sleep(BUNDLE_EVERY_MS);
    }
  }

  /** Follows the policy from its first version. When a stream ends, continues on a different sidecar. */
  async watching(client: GrpcClient): Promise<void> {
    const index = this.seen.push(0) - 1;
    while (!this.isOver) {
      const stream = client.updates('default', String(this.seen[index]));
      this.streams.add(stream);
      try {
        for (;;) {
          const { bundleVersion } = await stream.next();
          const expected = (this.seen[index] ?? 0) + 1;
          if (Number(bundleVersion) !== expected)
            this.faults.push(`A stream received ${bundleVersion} instead of ${expected}.`);
          this.seen[index] = Number(bundleVersion);
        }
      } catch (ended) {
        const code = (ended as { code?: Grpc }).code;
        if (!this.isOver) this.resumptions += 1;
        if (!this.isOver && code !== Grpc.UNAVAILABLE) this.fault('stream', ended);
      } finally {
        this.streams.delete(stream);
      }
    }
  }

  async stop(load: readonly Promise<void>[]): Promise<void> {
    this.isCalling = false;
    await Promise.all(load);
    this.assertWell();
  }

  async stopWatching(watchers: readonly Promise<void>[]): Promise<void> {
    await eventually(() => expect(this.seen).toEqual(this.seen.map(() => this.bundles)));
    this.abandon();
    await Promise.all(watchers);
    this.assertWell();
  }

  /** Stops all work, without checking its results. */
  abandon(): void {
    this.isCalling = false;
    this.isOver = true;
    for (const stream of this.streams) stream.cancel();
  }

  assertWell(): void {
    expect(this.faults.slice(0, 10)).toEqual([]);
  }

  figures(): Pick<SigtermFigures, 'calls' | 'resumptions' | 'bundles'> {
    const { calls, resumptions, bundles } = this;
    return { calls, resumptions, bundles };
  }

  private fault(what: string, fault: unknown): void {
    const { code, message } = fault as { code?: unknown; message?: string };
    this.faults.push(`${what}: ${String(code)} ${String(message)}`);
  }
}
