import { status as Grpc } from '@grpc/grpc-js';
import { AppError, toAppError } from './app-error';
import { DENIAL_HELP, ERROR_HELP } from './error-help';
import { type ErrorCode, GRPC_STATUS, HTTP_STATUS, OAUTH_CODE, PROBLEM_TYPE, TITLE } from './error-tables';

const codes = Object.keys(HTTP_STATUS) as ErrorCode[];

/** RFC 6749 §5.2 and §4.1.2.1, RFC 7009 §2.2.1, RFC 6750 §3.1, RFC 7591 §3.2.2: the errors that an OAuth client can receive. */
const OAUTH_CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'server_error',
  'temporarily_unavailable',
  'access_denied',
  'unsupported_token_type',
  'invalid_token',
  'insufficient_scope',
  'invalid_redirect_uri',
  'invalid_client_metadata',
];

describe('the error tables', () => {
  it('contain the same codes', () => {
    for (const table of [GRPC_STATUS, OAUTH_CODE, PROBLEM_TYPE, TITLE])
      expect(Object.keys(table).sort()).toEqual([...codes].sort());
  });

  it('explain every code and reason in complete sentences', () => {
    expect(Object.keys(ERROR_HELP).sort()).toEqual([...codes].sort());
    const texts = [
      ...Object.values(ERROR_HELP).flatMap(({ meaning, action }) => [meaning, action]),
      ...Object.values(DENIAL_HELP),
    ];
    expect(texts.filter((text) => !/^[A-Z].{10,}\.$/.test(text))).toEqual([]);
  });

  it('map every code to an error status for HTTP and gRPC', () => {
    for (const code of codes) {
      expect([code, HTTP_STATUS[code] >= 400 && HTTP_STATUS[code] < 600]).toEqual([code, true]);
      expect([code, GRPC_STATUS[code]]).not.toEqual([code, Grpc.OK]);
    }
  });

  it('agree between HTTP and gRPC on whether the server is at fault', () => {
    const ours = new Set([Grpc.INTERNAL, Grpc.UNAVAILABLE, Grpc.DEADLINE_EXCEEDED, Grpc.UNIMPLEMENTED]);
    // A method that does not exist is UNIMPLEMENTED over gRPC and 405 over HTTP.
    for (const code of codes.filter((each) => each !== 'method_not_allowed')) {
      expect([code, ours.has(GRPC_STATUS[code])]).toEqual([code, HTTP_STATUS[code] >= 500]);
    }
  });

  it.each<[ErrorCode, number]>([
    ['invalid_client', 401],
    ['invalid_grant', 400],
    ['invalid_scope', 400],
    ['unauthorized_client', 400],
    ['unsupported_grant_type', 400],
    ['invalid_token', 401],
    ['insufficient_scope', 403],
  ])('map %s to %d, as its RFC requires', (code, status) => {
    expect(HTTP_STATUS[code]).toBe(status);
  });

  it('map every code of the OAuth endpoints to a code that OAuth clients recognize', () => {
    // Codes that OAuth endpoints do not return, because they belong to resources or to the router in front of the endpoint.
    const elsewhere = new Set<ErrorCode>([
      'unauthorized',
      'forbidden',
      'not_found',
      'method_not_allowed',
      'not_acceptable',
      'conflict',
      'gone',
      'precondition_failed',
      'range_not_satisfiable',
    ]);
    for (const code of codes.filter((each) => !elsewhere.has(each))) {
      expect(OAUTH_CODES).toContain(OAUTH_CODE[code] ?? code);
    }
  });

  it('have unique titles that consist of plain words, because problem type URLs contain them', () => {
    const titles = Object.values(TITLE);
    for (const title of titles) expect(title).toMatch(/^[A-Z][a-z]*( [A-Z][A-Za-z]*)*$/);
    expect(new Set(titles).size).toBe(titles.length);
    expect(PROBLEM_TYPE.not_found).toBe('https://coresdk.io/errors/not-found');
    expect(PROBLEM_TYPE.internal).toBe('https://coresdk.io/errors/internal-server-error');
  });
});

describe('the error for a thrown value', () => {
  it('is the thrown error itself if it is an AppError', () => {
    const error = new AppError('conflict', 'Taken.');
    expect(toAppError(error)).toBe(error);
  });

  it.each([new Error('password=hunter2'), 'text', null, undefined, { code: 'conflict' }])(
    'is `internal` and keeps the cause out of the message, for %p',
    (thrown) => {
      const error = toAppError(thrown);
      expect([error.code, error.message]).toEqual(['internal', 'The server could not complete the request.']);
      expect(error.cause).toBe(thrown);
    },
  );
});
