import { openStandIn, type StandIn } from '../../../../test/support/http-stand-in';
import { AwsProvider } from './aws.provider';
import type { SecretPlace } from './secret-provider';

let aws: StandIn;
let provider: AwsProvider;

beforeEach(async () => {
  aws = await openStandIn();
  provider = new AwsProvider({
    region: 'eu-central-1',
    endpoint: aws.url,
    prefix: 'coresdk/',
    timeoutMs: 2_000,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
  });
});

afterEach(async () => {
  await aws.close();
});

const at = (path: string, version = ''): SecretPlace => ({ tenantId: 'tnt-1', tenantSlug: 'acme', path, version });
const error = (type: string, status = 400) => ({
  status,
  body: { __type: type, Message: 'words of AWS' },
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type },
});

describe('AWS Secrets Manager', () => {
  it('receives a signed request for the secret of the tenant, with a version or stage', async () => {
    aws.answer = () => ({ status: 200, body: { Name: 'x', SecretString: 'value', VersionId: 'v-1' } });
    expect(await provider.read(at('db/main'))).toEqual({ value: Buffer.from('value'), version: 'v-1' });
    await provider.read(at('db/main', 'AWSPREVIOUS'));
    await provider.read(at('db/main', 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111'));
    const bodies = aws.received.map(({ body }) => JSON.parse(body) as unknown);
    expect(bodies).toEqual([
      { SecretId: 'coresdk/acme/db/main' },
      { SecretId: 'coresdk/acme/db/main', VersionStage: 'AWSPREVIOUS' },
      { SecretId: 'coresdk/acme/db/main', VersionId: 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111' },
    ]);
    expect(aws.received[0]?.headers).toMatchObject({
      'x-amz-target': 'secretsmanager.GetSecretValue',
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//),
    });
  });

  it('returns binary secrets unchanged', async () => {
    const bytes = Buffer.of(0, 255, 10);
    aws.answer = () => ({ status: 200, body: { SecretBinary: bytes.toString('base64'), VersionId: 'v-1' } });
    expect((await provider.read(at('x'))).value).toEqual(bytes);
  });

  it.each([
    ['ResourceNotFoundException', 400, 'not_found'],
    ['AccessDeniedException', 400, 'internal'],
    ['DecryptionFailure', 400, 'internal'],
    ['InvalidRequestException', 400, 'internal'],
    ['InternalServiceError', 500, 'unavailable'],
    ['ThrottlingException', 400, 'unavailable'],
  ])('responding with %s (%s) causes %s', async (type, status, code) => {
    aws.answer = () => error(type, status);
    await expect(provider.read(at('x'))).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('words of AWS'),
    });
  });

  it('is unavailable when it cannot be reached', async () => {
    await aws.close();
    await expect(provider.read(at('x'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each(['a b', 'a"b', 'ä', 'x'.repeat(513)])(
    'receives no request for %j, which is not a valid name',
    async (path) => {
      await expect(provider.read(at(path))).rejects.toMatchObject({ code: 'not_found' });
      expect(aws.received).toEqual([]);
    },
  );
});
