import { type AnswerTarget, authorizationAnswer } from './authorization-answer';

const target = (members: Partial<AnswerTarget> = {}): AnswerTarget => ({
  redirectUri: 'https://app.example/cb',
  responseMode: 'query',
  state: 's&=1',
  issuer: 'https://id.example',
  ...members,
});

describe('an authorization response', () => {
  it('is sent in the query with state and issuer', () => {
    expect(authorizationAnswer(target(), { code: 'ac_x' })).toEqual({
      step: 'redirect',
      location: 'https://app.example/cb?code=ac_x&state=s%26%3D1&iss=https%3A%2F%2Fid.example',
    });
  });

  it.each([
    ['https://app.example/cb?a=b', 'https://app.example/cb?a=b&code=x&iss=https%3A%2F%2Fid.example'],
    ['https://app.example/cb?', 'https://app.example/cb?code=x&iss=https%3A%2F%2Fid.example'],
    ['com.example.app:/cb', 'com.example.app:/cb?code=x&iss=https%3A%2F%2Fid.example'],
  ])('preserves %s as is', (redirectUri, location) => {
    expect(authorizationAnswer(target({ redirectUri, state: undefined }), { code: 'x' })).toMatchObject({ location });
  });

  it('is sent as a form when requested', () => {
    expect(authorizationAnswer(target({ responseMode: 'form_post' }), { error: 'access_denied' })).toEqual({
      step: 'form_post',
      action: 'https://app.example/cb',
      fields: { error: 'access_denied', state: 's&=1', iss: 'https://id.example' },
    });
  });
});
