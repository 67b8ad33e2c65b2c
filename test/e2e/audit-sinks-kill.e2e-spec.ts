import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EmitAuditEventResponse } from '../../src/kernel/grpc/generated/coresdk/v1/audit';
import type { AuditRecord } from '../../src/modules/audit/contract/audit-query.types';
import type { AuditSink, CreatedAuditSink } from '../../src/modules/audit-sinks/contract/audit-sinks.types';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';

interface Delivery {
  readonly id: string;
  readonly resourceId: string;
  readonly isAcknowledged: boolean;
}

/** Acknowledges deliveries up to a limit, and then does not respond to one delivery. */
class Receiver {
  readonly deliveries: Delivery[] = [];
  private readonly server: Server;
  private readonly silent: ServerResponse[] = [];
  /** The number of deliveries that the receiver still acknowledges. */
  private willing = 0;

  constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { data } = JSON.parse(body) as { data: AuditRecord };
        const isAcknowledged = this.willing-- > 0;
        const { resourceId } = data;
        this.deliveries.push({ id: String(request.headers['webhook-id']), resourceId, isAcknowledged });
        if (isAcknowledged) response.writeHead(204).end();
        else this.silent.push(response);
      });
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Acknowledges the next `count` deliveries, and does not respond to any later ones. */
  acknowledge(count: number): void {
    this.willing = count;
    for (const response of this.silent.splice(0)) response.destroy();
  }

  get isAsked(): boolean {
    return this.silent.length > 0;
  }

  get acknowledged(): readonly string[] {
    return this.deliveries.filter(({ isAcknowledged }) => isAcknowledged).map(({ resourceId }) => resourceId);
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

let folder: string;
let installation: Installation;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-sinks-e2e-'));
  installation = await Installation.start({
    layout: 'split',
    environment: {
      AUDIT_SINKS_DIR: folder,
      AUDIT_SINKS_PRIVATE_ADDRESSES: 'true',
      AUDIT_SINKS_MIN_FREE_MIB: '0',
    },
  });
  token = await installation.adminToken();
});

afterAll(async () => {
  await installation.remove();
  await rm(folder, { recursive: true, force: true });
});

async function createSink(json: Readonly<Record<string, unknown>>): Promise<AuditSink> {
  const asked = { token, json };
  const { status, body } = await installation.controlPlane<CreatedAuditSink>('/api/v1/audit/sinks', asked);
  expect(status).toBe(201);
  return body;
}

/** Records events. Returns the resource of each record, in the order of the log. */
async function emit(action: string, count: number): Promise<readonly string[]> {
  const sidecar = installation.sidecar();
  const event = { action, resourceType: 'thing', tenantId: 'default', userId: '', metadataJson: '' };
  for (let number = 0; number < count; number++) {
    const resourceId = `thing-${number}`;
    const request = { ...event, resourceId, outcome: 'success' };
    const { eventId } = await sidecar.call<EmitAuditEventResponse>('AuditService', 'EmitAuditEvent', request);
    expect(eventId).not.toBe('');
  }
  const rows = await installation.query<{ id: string }>(
    'SELECT resource_id AS id FROM audit.events WHERE action = $1 ORDER BY sequence',
    [action],
  );
  return rows.map(({ id }) => id);
}

async function written({ id }: AuditSink): Promise<readonly string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.includes(`${id}${path.sep}`));
  const texts = await Promise.all(files.sort().map((name) => readFile(path.join(folder, name), 'utf8')));
  const lines = texts.join('').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as AuditRecord).resourceId);
}

describe('kill -9 of the control plane while it delivers the audit log', () => {
  test.each([
    ['loses no records, and sends unacknowledged records again', 0],
    ['does the same during a backlog', 20],
  ])('%s', async (_name, taken) => {
    const receiver = new Receiver();
    const action = `sinks.event-${taken}`;
    const url = await receiver.open();
    receiver.acknowledge(taken);
    const filter = { action };
    const [hook, disk] = [
      await createSink({ name: 'Hook', kind: 'webhook', url, filter }),
      await createSink({ name: 'Disk', kind: 'file', filter }),
    ];
    const events = await emit(action, 40);
    expect(events).toHaveLength(40);
    await eventually(() => expect(receiver.isAsked).toBe(true));
    await installation.process('control-plane').kill();
    const unanswered = receiver.deliveries.at(-1);
    expect(receiver.acknowledged).toEqual(events.slice(0, taken));
    expect(unanswered).toMatchObject({ resourceId: events[taken], isAcknowledged: false });

    receiver.acknowledge(Number.POSITIVE_INFINITY);
    await installation.launch();
    // Simulates the expiry of the killed process's lease.
    await installation.query('UPDATE audit_sinks.sinks SET leased_until = now()');
    await eventually(() => expect(receiver.acknowledged).toEqual(events));
    await eventually(async () => expect(await written(disk)).toEqual(events));
    // The repeated delivery has the first attempt's id, by which a receiver recognizes it.
    const again = receiver.deliveries.filter(({ id }) => id === unanswered?.id);
    expect(again.length).toBeGreaterThanOrEqual(2);
    for (const { id } of [hook, disk]) {
      await installation.controlPlane(`/api/v1/audit/sinks/${id}`, { method: 'DELETE', token });
    }
    await receiver.close();
  });
});
