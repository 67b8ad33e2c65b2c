import { setTimeout as sleep } from 'node:timers/promises';
import { type Balancer, balance } from '../../support/balancer';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';
import { call } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { RoleProcess } from '../../support/role-process';

const READERS = 12;

/**
 * Restarts one sidecar with each of the signals; `npm run drill:sigterm` does this many times.
 * @param borrow returns the installation with two sidecars, once it is running.
 */
export const sidecarRestartsStory = (borrow: () => Installation): void =>
  describe('a backend behind two sidecars', () => {
    let installation: Installation;
    let balancer: Balancer;
    let backend: RoleProcess;
    let url: string;
    let token: string;

    beforeAll(async () => {
      installation = borrow();
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
    });

    afterAll(async () => {
      await backend?.kill();
      balancer?.close();
    });

    test.each([
      ['SIGTERM', 'sidecar-1'],
      ['SIGKILL', 'sidecar-2'],
    ] as const)('reads succeed while one of the sidecars is restarted by %s', async (signal, name) => {
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
      await eventually(() => expect(answered()).toBeGreaterThan(READERS));
      const sidecar = installation.process(name);
      if (signal === 'SIGTERM') await sidecar.stop();
      else await sidecar.kill();
      sidecar.launch();
      await sidecar.untilReady();
      isReading = false;
      await Promise.all(reading);
      expect([faults.slice(0, 3), [...statuses.keys()]]).toEqual([[], [200]]);
      expect(answered()).toBeGreaterThan(READERS);
    });
  });
