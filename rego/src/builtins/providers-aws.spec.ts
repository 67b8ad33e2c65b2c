import { parseRequestUrl, signV4 } from './aws-sign-v4.js';
import { PROVIDERS_AWS } from './providers-aws.js';
import { callWithJson } from './testing/call-builtin.js';

const CONFIG = { aws_access_key: 'AK', aws_secret_access_key: 'SK', aws_service: 'ec2', aws_region: 'eu-west-1' };
const REQUEST = { method: 'GET', url: 'https://example.com/a?b=c' };
const sign = (request: unknown, config: unknown, time = 1_440_938_160_000_000_000): unknown =>
  callWithJson(PROVIDERS_AWS, 'providers.aws.sign_req', [request, config, time]);

describe('providers.aws.sign_req', () => {
  test('signs the published example "get-vanilla"', () => {
    // aws-sig-v4-test-suite: get-vanilla
    const credentials = {
      accessKey: 'AKIDEXAMPLE',
      secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      region: 'us-east-1',
      service: 'service',
      sessionToken: '',
    };
    const request = {
      method: 'GET',
      url: 'https://example.amazonaws.com/',
      headers: new Map<string, string>(),
      body: '',
    };
    const { authorization } = signV4(request, credentials, new Date('2015-08-30T12:36:00Z'), false);
    expect(authorization).toMatch(/Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31$/);
  });

  test('adds its headers to the existing ones', () => {
    expect(sign({ ...REQUEST, headers: { X: 'y' } }, { ...CONFIG, aws_session_token: 'T' })).toMatchObject({
      url: REQUEST.url,
      headers: {
        X: 'y',
        host: 'example.com',
        'x-amz-date': '20150830T123600Z',
        'x-amz-security-token': 'T',
        Authorization: expect.stringContaining('SignedHeaders=host;x;x-amz-date;x-amz-security-token,') as string,
      },
    });
  });

  test.each([
    [{}, CONFIG, 'operand 1 missing required request parameters(s): {"method", "url"}'],
    [{ ...REQUEST, method: 1 }, CONFIG, 'operand 1 invalid values for required request parameters(s): {"method"}'],
    [
      REQUEST,
      {},
      'operand 2 missing required AWS config parameters(s): {"aws_access_key", "aws_region", "aws_secret_access_key", "aws_service"}',
    ],
    [
      REQUEST,
      { ...CONFIG, aws_region: 1 },
      'operand 2 invalid values for required AWS config parameters(s): {"aws_region"}',
    ],
    [
      REQUEST,
      { ...CONFIG, disable_payload_signing: 1 },
      "operand 2 invalid value for 'disable_payload_signing' in AWS config",
    ],
  ])('%j with %j', (request, config, message) => {
    expect(sign(request, config)).toBe(`eval_type_error: ${message}`);
  });

  test('refuses fractions of a nanosecond', () => {
    expect(sign(REQUEST, CONFIG, 0.5)).toMatch(/operand 3 could not convert time_ns/);
  });

  test.each([
    ['http://u:p@Host:1/a b?c=d#e', { host: 'Host:1', path: '/a%20b', query: 'c=d' }],
    ['http://h', { host: 'h', path: '', query: '' }],
    ['http://h/%2F(é)', { host: 'h', path: '/%252F%28%C3%A9%29', query: '' }],
  ])('%s is parsed as Go parses it', (url, parts) => {
    expect(parseRequestUrl(url)).toEqual(parts);
  });
});
