import { setTimeout as sleep } from 'node:timers/promises';
import { type Balancer, balance } from '../support/balancer';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { call } from '../support/http-client';
import { Installation } from '../support/installation';
import { RoleProcess } from '../support/role-process';

const READERS = 12;
/** Each sidecar once by each signal; `npm run drill:sigterm` goes on. */
const ROUNDS = 2;

let installation: Installation;
let balancer: Balancer;
let backend: RoleProcess;
let url: string;
let token: string;

beforeAll(async () => {
  installation = await Installation.start({ layout: 'split', sidecars: 2 });
  balancer = await balance(installation.sidecarAddresses);
  const [port = 0, health = 0] = await freePorts(2);
  const environment = {
    ...installation.process('backend').environment,
    PORT: String(port),
    HEALTH_PORT: String(health),
    CORESDK_SIDECAR_ADDR: balancer.address,
  };
  backend = new RoleProcess('backend behind both sidecars', environment, installation.folder);
  backend.launch();
  await backend.untilReady();
  url = `http://127.0.0.1:${port}`;
  const app = await installation.register(await installation.adminToken());
  token = await installation.token(app.client_id, app.client_secret, 'projects.read');
}, 240_000);

afterAll(async () => {
  await backend?.kill();
  balancer?.close();
  await installation?.remove();
});

test.each<['SIGTERM' | 'SIGKILL']>([['SIGTERM'], ['SIGKILL']])(
  'reads behind two sidecars of which one after the other is restarted by %s get their answers',
  async (signal) => {
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    let isReading = true;
    const reading = Array.from({ length: READERS }, async () => {
      while (isReading) {
        const { status, text } = await call(`${url}/v1/projects`, { token });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status !== 200) faults.push(text);
        await sleep(40);
      }
    });
    const answered = (): number => statuses.get(200) ?? 0;
    for (let round = 0; round < ROUNDS; round++) {
      const before = answered();
      await eventually(() => expect(answered()).toBeGreaterThan(before + READERS), 30_000);
      const sidecar = installation.process(`sidecar-${(round % 2) + 1}`);
      if (signal === 'SIGTERM') await sidecar.stop();
      else await sidecar.kill();
      sidecar.launch();
      await sidecar.untilReady();
    }
    isReading = false;
    await Promise.all(reading);
    expect([faults.slice(0, 3), [...statuses.keys()]]).toEqual([[], [200]]);
    expect(answered()).toBeGreaterThan(ROUNDS * READERS);
  },
  240_000,
);
