import { setTimeout as sleep } from 'node:timers/promises';
import { openAllCore, openSidecarCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { KeysPort } from './contract/keys.port';

let database: TestDatabase;
let control: TestCore;

beforeAll(async () => {
  database = await createTestDatabase();
  control = await openAllCore(database);
});

afterAll(async () => {
  await control.close();
  await database.drop();
});

describe('the JWK Set of a process without a fresh change feed', () => {
  it('is still served, with a max-age reduced by the lag, but cannot verify signatures', async () => {
    const environment = { JWKS_MAX_AGE_SECONDS: '2', CHANGE_FEED_MAX_AGE_MS: '1500' };
    const deaf = await openSidecarCore(database, environment);
    const keys = deaf.context.get(KeysPort);
    const { text, maxAgeSeconds } = keys.jwks();
    expect(maxAgeSeconds).toBe(2);
    await deaf.feed.stop();
    await sleep(3_200);
    expect(keys.jwks()).toMatchObject({ text, maxAgeSeconds: 0 });
    expect(() => keys.verificationKey('key-x')).toThrow(expect.objectContaining({ code: 'unavailable' }));
    await deaf.close();
  });
});
