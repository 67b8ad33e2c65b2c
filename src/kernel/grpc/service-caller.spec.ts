import { Metadata } from '@grpc/grpc-js';
import { Secret } from '../config/secret';
import { ServiceCallers } from './service-caller';

const TOKEN = 'a service token of the installation';

const withToken = new ServiceCallers({ CORESDK_SERVICE_TOKEN: new Secret(TOKEN), CORESDK_TENANT_ID: null });
const developer = new ServiceCallers({ CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: 'acme' });
const neither = new ServiceCallers({ CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: null });

const metadata = (entries: Readonly<Record<string, string>>): Metadata => {
  const made = new Metadata();
  for (const [key, value] of Object.entries(entries)) made.set(key, value);
  return made;
};

describe('a calling service', () => {
  it("can name any tenant with the installation's service token", () => {
    const caller = withToken.require(metadata({ 'x-service-token': TOKEN, 'x-service-name': 'billing' }));
    expect(caller).toEqual({ name: 'billing', onlyTenant: null });
  });

  it.each([{}, { 'x-service-token': '' }, { 'x-service-token': TOKEN.slice(1) }, { 'x-service-token': `${TOKEN}x` }])(
    'is refused with %j',
    (entries) => {
      expect(() => withToken.require(metadata({ 'x-service-name': 'billing', ...entries }))).toThrow(
        expect.objectContaining({ code: 'unauthorized' }),
      );
    },
  );

  it('is refused if a correct token follows a wrong one', () => {
    const both = metadata({ 'x-service-token': 'wrong' });
    both.add('x-service-token', TOKEN);
    expect(() => withToken.require(both)).toThrow(expect.objectContaining({ code: 'unauthorized' }));
  });

  it("is limited to the developer's tenant if no token is configured, whatever it sends", () => {
    for (const entries of [{}, { 'x-service-token': 'anything' }]) {
      expect(developer.require(metadata(entries)).onlyTenant).toBe('acme');
    }
  });

  it("needs the token if both a token and a developer's tenant are configured", () => {
    const both = new ServiceCallers({ CORESDK_SERVICE_TOKEN: new Secret(TOKEN), CORESDK_TENANT_ID: 'acme' });
    expect(() => both.require(metadata({}))).toThrow(expect.objectContaining({ code: 'unauthorized' }));
    expect(both.require(metadata({ 'x-service-token': TOKEN })).onlyTenant).toBeNull();
  });

  it('is refused if nothing is configured, even with an empty token', () => {
    for (const entries of [{}, { 'x-service-token': '' }]) {
      expect(() => neither.require(metadata(entries))).toThrow(expect.objectContaining({ code: 'unauthorized' }));
    }
  });

  it('can be recognized without refusing other callers', () => {
    expect(withToken.isService(metadata({ 'x-service-token': TOKEN }))).toBe(true);
    for (const entries of [{}, { 'x-service-token': '' }, { 'x-service-token': 'wrong' }]) {
      expect(withToken.isService(metadata(entries))).toBe(false);
    }
    expect([developer.isService(metadata({})), neither.isService(metadata({}))]).toEqual([true, false]);
  });

  it.each(['', 'two words', 'a'.repeat(65), '<b>', 'a/b'])('has an unknown name if it names itself %j', (name) => {
    expect(withToken.require(metadata({ 'x-service-token': TOKEN, 'x-service-name': name })).name).toBe(
      'unknown-service',
    );
  });

  it('is refused with a message that does not repeat its token', () => {
    expect(() => withToken.require(metadata({ 'x-service-token': 'hunter2-hunter2' }))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
