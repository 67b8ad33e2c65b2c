import { faultOf, refusalOf } from './refusal';

const ESC = '\u001b]0;owned\u0007';

describe('a refusal', () => {
  it('has the words of the server in lines of its own, and no orders for the terminal', () => {
    const body = {
      error: `not_found${ESC}`,
      error_description: `There is\nno such \u202Ething${ESC}`,
      request_id: `req-1${ESC}`,
      errors: [{ pointer: `/name${ESC}`, code: 'x', message: `is\r\nwrong${ESC}` }],
    };
    const { message, code, status } = refusalOf('GET /v1/things', 404, JSON.stringify(body));
    expect(message.split('\n')).toEqual([
      String.raw`GET /v1/things answered 404 not_found\x1b]0;owned\x07 (request req-1\x1b]0;owned\x07): There is\x0ano such \u202ething\x1b]0;owned\x07`,
      String.raw`  /name\x1b]0;owned\x07: is\x0d\x0awrong\x1b]0;owned\x07`,
    ]);
    expect([code, status]).toEqual([body.error, 404]);
  });

  it('has only the status when the answer has no message', () => {
    expect(refusalOf('GET /', 502, `<html>${ESC}`).message).toBe('GET / answered 502.');
  });

  it('escapes control characters of a network error', () => {
    expect(faultOf('http://a', new Error(`no${ESC}`)).message).toBe(
      String.raw`http://a cannot be reached: no\x1b]0;owned\x07`,
    );
  });
});
