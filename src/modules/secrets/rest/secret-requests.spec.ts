import { newSecretVersion } from '../contract/secrets.types';
import { inputOf } from './secret-requests';

const bytesOf = (body: object): Buffer => Buffer.from(inputOf(newSecretVersion.parse(body)).value);

describe('the value of a new version', () => {
  it('is stored byte for byte', () => {
    expect(bytesOf({ value: 'grüße 🔑\0' })).toEqual(Buffer.from('grüße 🔑\0', 'utf8'));
    expect(bytesOf({ value: '/wD+', encoding: 'base64' })).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
  });

  it.each([
    { value: 'half \uD800 of one' },
    { value: '\uDC00' },
    { value: '\uDD11\uD83D' },
    { value: '/wD', encoding: 'base64' },
    { value: '/wD+=', encoding: 'base64' },
    { value: '_wD-', encoding: 'base64' },
    { value: '\uD800', encoding: 'base64' },
  ])('is rejected instead of changed: %j', (body) => {
    expect(() => bytesOf(body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', fields: [expect.objectContaining({ pointer: '/value' })] }),
    );
  });
});
