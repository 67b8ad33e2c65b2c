import { CpodClient, type Project } from '@cpod/sdk';
import { requireSession } from './auth';

/**
 * The data layer. Each function requires a session itself, because a page or a server action can be reached without the proxy. The
 * client acts as the signed-in user, and the platform authorizes each of its calls.
 */
async function client(): Promise<CpodClient> {
  const { accessToken } = await requireSession('/projects');
  return CpodClient.fromToken(accessToken, { baseUrl: process.env['CPOD_BASE_URL'] });
}

export async function listProjects(): Promise<readonly Project[]> {
  return (await client()).projects.list().all();
}

export async function createProject(key: string, name: string): Promise<void> {
  await (await client()).projects.create({ key, name });
}
