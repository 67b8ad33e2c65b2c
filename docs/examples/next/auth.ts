import { createSessions } from '@cpod/sdk/session';
import { nextSessions } from '@cpod/sdk/session/next';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { NextResponse } from 'next/server';

function create() {
  const { CPOD_BASE_URL: baseUrl, CPOD_CLIENT_ID = '', CPOD_CLIENT_SECRET = '' } = process.env;
  const { CPOD_SESSION_KEYS = '', ORIGIN = 'http://localhost:3000' } = process.env;
  return createSessions({
    baseUrl,
    clientId: CPOD_CLIENT_ID,
    clientSecret: CPOD_CLIENT_SECRET,
    redirectUri: `${ORIGIN}/auth/callback`,
    postLogoutRedirectUri: `${ORIGIN}/`,
    scope: 'openid email offline_access projects.read projects.write',
    keys: CPOD_SESSION_KEYS.split(','),
    onFault: (fault) => console.error('Session fault:', fault),
  });
}

export const { proxy, handlers, getSession, requireSession, signInPath } = nextSessions(create, {
  cookies,
  redirect,
  NextResponse,
});
