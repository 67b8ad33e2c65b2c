import { BrowserSession, CpodProvider } from '@cpod/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';

const { VITE_CPOD_CLIENT_ID, VITE_CPOD_BASE_URL } = import.meta.env;

const session = new BrowserSession({
  clientId: VITE_CPOD_CLIENT_ID ?? 'app-projects-page',
  baseUrl: VITE_CPOD_BASE_URL ?? 'http://localhost:8000',
  scope: 'projects.read projects.write',
  postLogoutRedirectUri: `${location.origin}/`,
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the ID "root".');
createRoot(root).render(
  <StrictMode>
    <CpodProvider session={session}>
      <App />
    </CpodProvider>
  </StrictMode>,
);
