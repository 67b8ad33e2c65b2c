import { createElement, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { BrowserSession, CpodProvider, RequireAuth, useAuth, useUser } from '../src/main.js';

const session = (): BrowserSession =>
  new BrowserSession({ clientId: 'app-board', baseUrl: 'https://platform.example' });

function Status(): ReactElement {
  const { status, error } = useAuth();
  return createElement('p', null, `${status} ${String(useUser()?.sub)} ${String(error)}`);
}

describe('on a server', () => {
  it('renders the state "loading" without access to a page', () => {
    expect(renderToString(createElement(CpodProvider, { session: session() }, createElement(Status)))).toBe(
      '<p>loading undefined null</p>',
    );
  });

  it('shows neither the children nor the fallback of a protected route while the session loads', () => {
    const route = createElement(RequireAuth, { loading: 'Loading', fallback: 'Welcome' }, 'private');
    expect(renderToString(createElement(CpodProvider, { session: session() }, route))).toBe('Loading');
  });

  it('explains a missing provider', () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => renderToString(createElement(Status))).toThrow('need a <CpodProvider> around them');
    jest.restoreAllMocks();
  });

  it('explains that a session cannot start outside of a page', async () => {
    const started = session();
    await started.start();
    expect(started.state).toMatchObject({ status: 'error', error: { name: 'ConfigurationError' } });
    await expect(started.accessToken()).rejects.toThrow('needs a web page');
  });
});
