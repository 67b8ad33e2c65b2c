import type { Page } from '../../../src/kernel/lists/page';
import type { CloudEvent } from '../../../src/modules/events/contract/events.types';
import type { Project } from '../../../src/modules/projects/contract/projects.types';
import type { WebhookDelivery, WebhookWithSecret } from '../../../src/modules/webhooks/contract/webhooks.types';
import { openStream, type ReadEvent } from '../../support/event-source';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';
import { call } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { RoleProcess } from '../../support/role-process';
import { isSignedBy, WebhookReceiver } from '../../support/webhook-receiver';

const SCOPES = ['events.read', 'projects.read', 'projects.write', 'webhooks.read', 'webhooks.write'];
const EVENTS = 100;

/**
 * Two backends behind one load balancer, and a webhook receiver.
 * @param borrow returns the installation, once it is running.
 */
export const twoBackendsStory = (borrow: () => Installation): void =>
  describe('events and webhooks of two backends on one database', () => {
    let installation: Installation;
    let second: RoleProcess;
    let urls: readonly string[];
    let receiver: WebhookReceiver;
    let token: string;

    beforeAll(async () => {
      installation = borrow();
      const [port, healthPort] = await freePorts(2);
      const first = installation.process('backend').environment;
      const ports = { PORT: String(port), HEALTH_PORT: String(healthPort) };
      second = new RoleProcess('backend-2', { ...first, ...ports }, installation.folder);
      second.launch();
      await second.untilReady();
      urls = [installation.backendUrl, `http://127.0.0.1:${port}`];
      receiver = await WebhookReceiver.open();
      const admin = await installation.adminToken();
      const app = await installation.register(admin, { declared_scopes: SCOPES, default_scopes: SCOPES });
      token = await installation.token(app.client_id, app.client_secret);
    });

    afterAll(async () => {
      await second?.kill();
      await receiver?.close();
    });

    let keys = 0;
    /** Creates projects, alternating between the two backends, some concurrently. @returns the subjects of their events */
    async function makeProjects(count: number, atOnce = 8): Promise<string[]> {
      const made: string[] = [];
      const worker = async (): Promise<void> => {
        while (made.length < count) {
          keys += 1;
          const place = made.push('') - 1;
          const json = { key: `E${String(keys).padStart(5, '0')}`, name: `Project ${keys}` };
          const { status, body } = await call<Project>(`${urls[place % 2]}/v1/projects`, { token, json });
          expect(status).toBe(201);
          made[place] = `project/${body.id}`;
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      return made;
    }

    it('kill -9 of both backends during delivery: every event arrives, signed, with the same id', async () => {
      // The receiver does not respond until all events exist.
      const held: (() => void)[] = [];
      receiver.answer = (_received, response) => void held.push(() => void response.writeHead(204).end());
      const json = { url: `${receiver.url}/all`, types: ['coresdk.project.*'] };
      const made = await call<WebhookWithSecret>(`${urls[0]}/v1/webhooks`, { token, json });
      expect(made.status).toBe(201);
      const subjects = await makeProjects(EVENTS);
      let kill: (() => void) | null = null;
      const killed = new Promise<void>((resolve) => (kill = resolve));
      let answered = 0;
      receiver.answer = (_received, response) => {
        answered += 1;
        if (answered === EVENTS / 4) kill?.();
        setTimeout(() => response.writeHead(204).end(), 20);
      };
      for (const answer of held) answer();
      await killed;
      await Promise.all([installation.process('backend').kill(), second.kill()]);
      const told = () => new Set(receiver.received.map(({ event }) => event.subject));
      expect(told().size).toBeLessThan(EVENTS);
      installation.process('backend').launch();
      second.launch();
      await Promise.all([installation.process('backend').untilReady(), second.untilReady()]);
      await eventually(() => expect([...told()].sort()).toEqual([...subjects].sort()));

      const idsOf = new Map<string, Set<string>>();
      for (const received of receiver.received) {
        expect(isSignedBy(made.body.secret, received)).toBe(true);
        const { subject } = received.event;
        idsOf.set(subject, (idsOf.get(subject) ?? new Set()).add(received.id));
      }
      expect([...idsOf.values()].every((ids) => ids.size === 1)).toBe(true);
      await eventually(async () => {
        const at = `${urls[1]}/v1/webhooks/${made.body.id}/deliveries?status=delivered&limit=500`;
        const { body } = await call<Page<WebhookDelivery>>(at, { token });
        expect(body.items).toHaveLength(EVENTS);
      });
    });

    it('a stream interrupted by kill -9 resumes on the other backend, without gaps or repetition', async () => {
      const page = await call<Page<CloudEvent> & { lastEventId: string }>(`${urls[0]}/v1/events?subject=none`, {
        token,
        headers: { accept: 'application/json' },
      });
      const at = (url = '') => `${url}/v1/events?type=coresdk.project.created`;
      const cut = await openStream(at(urls[0]), { token, lastEventId: page.body.lastEventId });
      const before = await makeProjects(40);
      await eventually(() => expect(cut.events.length).toBeGreaterThan(10));
      await installation.process('backend').kill();
      await cut.ended;
      const rest = await openStream(at(urls[1]), { token, lastEventId: cut.reader.lastEventId });
      installation.process('backend').launch();
      await installation.process('backend').untilReady();
      const after = await makeProjects(40);
      const all = [...before, ...after].sort();
      await eventually(() => expect(cut.events.length + rest.events.length).toBeGreaterThanOrEqual(all.length));
      rest.close();
      await rest.ended;
      const subjectOf = ({ data }: ReadEvent): string => (JSON.parse(data) as CloudEvent).subject;
      expect([...cut.events, ...rest.events].map(subjectOf).sort()).toEqual(all);
    });
  });
