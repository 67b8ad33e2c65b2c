import { faultOf, refusalOf } from './refusal';

const ESC = '\u001b]0;owned\u0007';

describe('an error response', () => {
  it('is shown with each invalid field on its own line, without terminal control characters', () => {
    const body = {
      error: `not_found${ESC}`,
      error_description: `There is\nno such \u202Ething${ESC}`,
      request_id: `req-1${ESC}`,
      errors: [{ pointer: `/name${ESC}`, code: 'x', message: `is\r\nwrong${ESC}` }],
    };
    const { message, code, status } = refusalOf('GET /v1/things', 404, JSON.stringify(body));
    expect(message.split('\n')).toEqual([
      String.raw`GET /v1/things returned 404 not_found\x1b]0;owned\x07 (request req-1\x1b]0;owned\x07): There is\x0ano such \u202ething\x1b]0;owned\x07`,
      String.raw`  /name\x1b]0;owned\x07: is\x0d\x0awrong\x1b]0;owned\x07`,
    ]);
    expect([code, status]).toEqual([body.error, 404]);
  });

  it('shows only the status if it has no message', () => {
    expect(refusalOf('GET /', 502, `<html>${ESC}`).message).toBe('GET / returned 502.');
  });

  it('shows a network error without its control characters', () => {
    expect(faultOf('http://a', new Error(`no${ESC}`)).message).toBe(
      String.raw`http://a cannot be reached: no\x1b]0;owned\x07`,
    );
  });
});
