import { CpodClient } from '../../sdk/src/client.js';
import { Installation } from './installation';
import type { ExampleWorld } from './session-example.suite';

const OWNER = { email: 'owner@example.com', password: 'a password of the session tests' };

/** Starts a platform with an owner who can sign in. */
export async function startExampleWorld(): Promise<ExampleWorld> {
  const environment = { BOOTSTRAP_ADMIN_EMAIL: OWNER.email, BOOTSTRAP_ADMIN_PASSWORD: OWNER.password };
  const installation = await Installation.start({ layout: 'all', environment });
  const { backendUrl: baseUrl, secrets } = installation;
  const admin = new CpodClient({ clientId: 'app-admin', clientSecret: secrets.adminSecret, scope: 'admin', baseUrl });
  return { installation, admin, owner: OWNER };
}
