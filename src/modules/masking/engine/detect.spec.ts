import { detect } from './detect';
import { ENTITIES } from './entities';
import { compilePattern } from './patterns';
import type { CompiledPattern, DetectOptions } from './engine.types';

const found = (text: string, options?: DetectOptions): string[] =>
  detect(text, options).map(({ entity, start, end }) => `${entity} ${text.slice(start, end)}`);

const compiled = (source: string, entity?: string): CompiledPattern => {
  const pattern = compilePattern(source, entity);
  if (!pattern.ok) throw new Error(pattern.reason);
  return pattern;
};

describe('the default detection', () => {
  it.each([
    ['Mail "jane.doe+x@example.co.uk", please.', 'EMAIL_ADDRESS jane.doe+x@example.co.uk'],
    ["mailto:o'brien@example.com", "EMAIL_ADDRESS o'brien@example.com"],
    ['email=jane@example.com&x=1', 'EMAIL_ADDRESS jane@example.com'],
    ['jane@corp.internal', 'EMAIL_ADDRESS jane@corp.internal'],
    ['用户 jürgen@bücher.example', 'EMAIL_ADDRESS jürgen@bücher.example'],
    ['Call 100-123-4567 now', 'PHONE_SHAPE 100-123-4567'],
    ['Call (100) 123-4567 now', 'PHONE_SHAPE (100) 123-4567'],
    ['Call (415) 555-0132 now', 'PHONE_NUMBER (415) 555-0132'],
    ['Ruf +49 30 901820 an', 'PHONE_NUMBER +49 30 901820'],
    ['tel 4155550132', 'PHONE_NUMBER 4155550132'],
    ['415-555-0132 ext. 12', 'PHONE_NUMBER 415-555-0132 ext. 12'],
    ['mobile 13812345678', 'PHONE_NUMBER 13812345678'],
    ['+1-903-140-4508x769', 'PHONE_NUMBER +1-903-140-4508x769'],
    ['card 501800000009', 'CREDIT_CARD 501800000009'],
    ['card 213100000000001', 'CREDIT_CARD 213100000000001'],
    ['card 180000000000002', 'CREDIT_CARD 180000000000002'],
    ['SSN 123-45-6789', 'SSN_SHAPE 123-45-6789'],
    ['ssn: 219099999', 'US_SSN 219099999'],
    ['card 4111 1111 1111 1111.', 'CREDIT_CARD 4111 1111 1111 1111'],
    ['card 4111111111111111.', 'CREDIT_CARD 4111111111111111'],
    ['card 4111\u00a01111\u00a01111\u00a01111', 'CREDIT_CARD 4111\u00a01111\u00a01111\u00a01111'],
    ['card 4111.1111.1111.1111 ok', 'CREDIT_CARD 4111.1111.1111.1111'],
    ['card 4111\t1111  1111 1111', 'CREDIT_CARD 4111\t1111  1111 1111'],
    ['amex 3714 496353 98431', 'CREDIT_CARD 3714 496353 98431'],
    ['mastercard 2223003122003222', 'CREDIT_CARD 2223003122003222'],
    ['iban de89370400440532013000', 'IBAN_CODE de89370400440532013000'],
    ['from 10.20.30.40:443', 'IP_ADDRESS 10.20.30.40'],
    ['from [2001:db8::1]:443', 'IP_ADDRESS 2001:db8::1'],
    ['at aa:bb:cc:dd:ee:0f', 'MAC_ADDRESS aa:bb:cc:dd:ee:0f'],
    ['to 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', 'CRYPTO 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'],
    ['to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'CRYPTO 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
    ['imei 49-015420-323751-8', 'IMEI 49-015420-323751-8'],
    ['nino AB 12 34 56 C', 'UK_NINO AB 12 34 56 C'],
    ['codice RSSMRA85T10A562S', 'IT_FISCAL_CODE RSSMRA85T10A562S'],
    ['aadhaar 3998 7654 3211', 'IN_AADHAAR 3998 7654 3211'],
    ['pesel 44051401458', 'PL_PESEL 44051401458'],
    ['my passport is A12803456', 'US_PASSPORT A12803456'],
  ])('finds the value in: %s', (text, finding) => {
    expect(found(text)).toEqual([finding]);
  });

  it('finds a second number right after the first', () => {
    for (const text of ['(415) 555-0132 (415) 555-0133', '+49 30 901820 030 901821', '415-555-0132 415-555-0133'])
      expect(found(`call ${text} now`)).toHaveLength(2);
  });

  it('finds a second number after a separator, without the separator', () => {
    expect(found('call 415-555-0132 / 415-555-0133 now')).toEqual([
      'PHONE_NUMBER 415-555-0132',
      'PHONE_NUMBER 415-555-0133',
    ]);
  });

  it('ignores the null and broadcast MAC addresses', () => {
    expect(found('from 00:00:00:00:00:00 to FF-FF-FF-FF-FF-FF')).toEqual([]);
  });

  it.each([
    [
      'x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl y',
      'JWT',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    ],
    ['Authorization: Bearer abc123', 'BEARER_TOKEN', 'Bearer abc123'],
    ['Authorization: Bearer secretly', 'AUTHORIZATION', 'Bearer secretly'],
    ['authorization: Basic dXNlcjpwYXNz', 'AUTHORIZATION', 'Basic dXNlcjpwYXNz'],
    ['key AKIAIOSFODNN7EXAMPLE', 'AWS_ACCESS_KEY', 'AKIAIOSFODNN7EXAMPLE'],
    [
      'aws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'AWS_SECRET_KEY',
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    ],
    [`ghp_${'a1'.repeat(18)}`, 'GITHUB_TOKEN', `ghp_${'a1'.repeat(18)}`],
    ['xoxb-123456789012-abcdef', 'SLACK_TOKEN', 'xoxb-123456789012-abcdef'],
    [`${'sk'}_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`, 'STRIPE_KEY', `${'sk'}_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`],
    ['sk-abcdefghijklmnopqrstuvwx', 'API_KEY', 'sk-abcdefghijklmnopqrstuvwx'],
    ['use cs_Zm9vYmFyYmF6cXV4', 'CORESDK_CREDENTIAL', 'cs_Zm9vYmFyYmF6cXV4'],
    ['use tok_AAFzZWNyZXQtdG9rZW4x', 'MASKING_TOKEN', 'tok_AAFzZWNyZXQtdG9rZW4x'],
    ['postgres://app:s3cr3t!@db.example.com/x', 'URL_PASSWORD', 's3cr3t!'],
    ['redis://:hunter2@cache:6379', 'URL_PASSWORD', 'hunter2'],
    ['DB_PASSWORD=hunter2 next', 'PASSWORD', 'hunter2'],
    ['password: hunter(2)x', 'PASSWORD', 'hunter(2)x'],
    ['{"client_secret": "a \\"b\\" c"}', 'PASSWORD', 'a \\"b\\" c'],
    ['?api_key=abcdef&x=1', 'PASSWORD', 'abcdef'],
    ['Set-Cookie: sid=31d4; Path=/\nHost: x', 'COOKIE', 'sid=31d4; Path=/'],
  ])('finds the secret in: %s', (text, entity, value) => {
    expect(found(text)).toEqual([`${entity} ${value}`]);
  });

  it('finds a private key, complete or truncated', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow/+=\nabc\n-----END RSA PRIVATE KEY-----';
    expect(found(`a ${key} b`)).toEqual([`PEM_PRIVATE_KEY ${key}`]);
    const cut = '-----BEGIN PRIVATE KEY-----\nMIIEow';
    expect(found(`${cut}\n-- and then`)).toEqual([`PEM_PRIVATE_KEY ${cut}`]);
    expect(found('-----BEGIN CERTIFICATE-----\nMIIEow\n-----END CERTIFICATE-----')).toEqual([]);
  });

  it.each([
    'Order 12345 of 2024-05-01 was shipped, see https://example.com/docs?page=2.',
    'GET /v1/projects/prj-01HZXW3D8T9K2M4N6P8Q0R2S4T 200 in 12.5 ms at 1718000000000',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7 v1.24.3 3:45',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    'std::vector, MyClass::toString, 10:15:30, 1.2.3, 16:9',
    'WWW-Authenticate: Bearer realm="api", error="invalid_token"',
    'The bearer of this letter has a basic understanding of the token, and basic JavaScript.',
    'password=null password: missing password=********',
    'ac_connection_timeout_setting sk-learn 3.14159265 1,234,567.89 1700000000',
    '4111111111111112 DE89370400440532013001 jane@example',
    'tok_ cs_ eyJ Bearer :// @ -----BEGIN PRIVATE KEY password=',
    '1 234 567 890 EUR, 1.234.567.890, 0.1234567, 2024-05-01 10:15:30',
    '',
  ])('finds nothing in: %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('options', () => {
  it('searches only for the named entities', () => {
    const text = 'jane@example.com at https://example.com/a on 2024-05-01';
    expect(found(text, { entities: ['DATE_TIME'] })).toEqual(['DATE_TIME 2024-05-01']);
    expect(found(text, { entities: ['URL', 'nonsense', '__proto__'] })).toEqual(['URL https://example.com/a']);
    expect(found(text, { entities: [] })).toEqual([]);
  });

  it('leaves out findings that score below the threshold', () => {
    expect(found('130692544', { entities: ['CA_SIN'] })).toEqual([]);
    expect(found('130692544', { entities: ['CA_SIN'], threshold: 0.3 })).toEqual(['CA_SIN 130692544']);
    expect(found('555-123-4567', { threshold: 0.6 })).toEqual([]);
  });

  it('raises the score for context words near the value or from the caller', () => {
    const number = '219099999';
    const score = (text: string, context?: string[]): number | undefined =>
      detect(text, { entities: ['US_SSN'], threshold: 0, ...(context && { context }) })[0]?.score;
    expect(score(number)).toBe(0.05);
    expect(score(`assn ${number}`)).toBe(0.05);
    expect(score(`SSN: ${number}`)).toBe(0.5);
    expect(score(`${number} (social security)`)).toBe(0.5);
    expect(score(`ssn ${' '.repeat(80)}${number}`)).toBe(0.05);
    expect(score(number, ['employee_ssn'])).toBe(0.5);
  });

  it('requires valid check digits', () => {
    const vat = 'DE123456789';
    expect(found(vat, { entities: ['DE_VAT_ID'] })).toHaveLength(1);
    expect(found(vat, { entities: ['DE_VAT_ID'], checkedOnly: true })).toEqual([]);
    expect(found('DE136695976', { entities: ['DE_VAT_ID'], checkedOnly: true })).toHaveLength(1);
    expect(found('A12803456', { entities: ['US_PASSPORT'], threshold: 0, checkedOnly: true })).toHaveLength(1);
  });

  it("finds matches of the caller's patterns, under the patterns' names", () => {
    const extraPatterns = [compiled('EMP-[0-9]{6}'), compiled('[a-z@]+[.]com', 'OURS')];
    expect(found('EMP-123456 jane@our.com', { extraPatterns })).toEqual(['CUSTOM EMP-123456', 'OURS jane@our.com']);
  });

  it('returns offsets in UTF-16 units', () => {
    expect(detect('😀ä jane@example.com')).toEqual([{ entity: 'EMAIL_ADDRESS', start: 4, end: 20, score: 1 }]);
  });
});

describe('ENTITIES', () => {
  it('have unique, sorted names, and secrets are on by default', () => {
    const names = ENTITIES.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.every((name) => /^[A-Z][A-Z0-9_]{2,40}$/.test(name))).toBe(true);
    expect(ENTITIES.every(({ secret, onByDefault }) => !secret || onByDefault)).toBe(true);
  });
});
