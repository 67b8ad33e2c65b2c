import { decodeJwt } from 'jose';
import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { TokenEvent } from '../../../src/modules/token-events/contract/token-events.types';
import { openStream, type OpenStream } from '../../support/event-source';
import { eventually } from '../../support/eventually';
import type { Installation } from '../../support/installation';

const PATH = '/api/v1/token-events';
const eventsOf = ({ events }: OpenStream): TokenEvent[] => events.map(({ data }) => JSON.parse(data) as TokenEvent);

/** @param borrow returns the installation, once it is running. */
export const tokenEventsStory = (borrow: () => Installation): void =>
  describe('token events', () => {
    let installation: Installation;
    let admin: string;
    let shop: AppWithSecret;

    const token = (): Promise<string> => installation.token(shop.client_id, shop.client_secret);
    const follow = (lastEventId?: string): Promise<OpenStream> =>
      openStream(`${installation.controlPlaneUrl}${PATH}?client=${shop.client_id}`, {
        token: admin,
        ...(lastEventId === undefined ? {} : { lastEventId }),
      });

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      shop = await installation.register(admin);
    });

    it('notify followers of issued tokens, and of a revocation by a sidecar', async () => {
      const stream = await follow();
      const issued = await token();
      const { jti } = decodeJwt(issued);
      await eventually(() => expect(eventsOf(stream)).toMatchObject([{ type: 'token.issued', jti }]));
      await installation.sidecar().call('AuthService', 'RevokeToken', { token: issued, reason: 'lost' });
      await eventually(() => {
        expect(eventsOf(stream)[1]).toMatchObject({ type: 'token.revoked', jti, covers: 'token', reason: 'lost' });
      });
      stream.close();
    });

    it('include every token acknowledged before kill -9 once, and resume at the reader’s position', async () => {
      const stream = await follow();
      await eventually(() => expect(stream.reader.lastEventId).not.toBe(''));
      const acknowledged: string[] = [];
      const kills: Promise<void>[] = [];
      const worker = async (): Promise<void> => {
        for (;;) {
          const issued = await token().catch(() => null);
          if (issued === null) return;
          acknowledged.push(decodeJwt(issued).jti ?? '');
          if (acknowledged.length === 120) kills.push(installation.process('control-plane').kill());
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      await Promise.all(kills);
      expect(kills).toHaveLength(1);
      await stream.ended;
      const before = eventsOf(stream).map(({ jti }) => jti ?? '');
      await installation.launch();
      const again = await follow(stream.reader.lastEventId);
      const after = await token();
      await eventually(() => {
        expect(eventsOf(again).map(({ jti }) => jti)).toContain(decodeJwt(after).jti);
      });
      const heard = [...before, ...eventsOf(again).map(({ jti }) => jti ?? '')];
      expect(new Set(heard).size).toBe(heard.length);
      expect(acknowledged.filter((jti) => !heard.includes(jti))).toEqual([]);
      again.close();
    });
  });
