import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { appleClientSecret } from './apple-secret';

describe('the client secret for Apple', () => {
  it('is a JWT that the registered key signs, for this client and for five minutes', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const nowMs = Date.now();
    const secret = appleClientSecret(
      { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: pem },
      'com.acme.web',
      nowMs,
    );
    const { payload, protectedHeader } = await jwtVerify(secret, publicKey, {
      issuer: 'TEAM123456',
      audience: 'https://appleid.apple.com',
      subject: 'com.acme.web',
      algorithms: ['ES256'],
    });
    expect(protectedHeader.kid).toBe('KEY1234567');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });
});
