/**
 * Uses the SDK as an application does: a token, a list, a decision, a stream, an error, an aborted call and a webhook.
 * Runs unchanged in every runtime. Returns the results, which are the same everywhere.
 */
export async function exercise({ CpodClient, NotFoundError, verify }, { connection, message, secret }) {
  const requests = [];
  const count = (request, next) => {
    requests.push(new URL(request.url).pathname);
    return next(request);
  };
  const cpod = new CpodClient({ ...connection, middleware: [count] });

  const projects = [];
  for await (const { key } of cpod.projects.list({ limit: 1, sort: 'createdAt' })) projects.push(key);

  const { allowed } = await cpod.authorize({ action: 'project.create', resource: 'project' });
  const denied = await cpod.authorize({ action: 'platform.tenant.create', resource: 'tenant' });

  const run = await cpod.skills.run('greet', { name: 'Ada' });
  const events = [];
  for await (const { type } of cpod.jobs.watch(run.id)) events.push(type);
  const { output } = await cpod.jobs.wait(run.id);

  const missing = await cpod.projects.get('prj-none').catch((error) => error);
  const aborted = await cpod.projects.get('x', { signal: AbortSignal.abort() }).catch(({ name }) => name);

  const { id } = await verify({ ...message, secret });
  const forged = await verify({ ...message, body: '{}', secret }).catch(({ name }) => name);
  return {
    tokenRequests: requests.filter((path) => path === '/v1/oauth/token').length,
    projects,
    decisions: [allowed, denied.allowed],
    stream: [events[0], events.at(-1)],
    output,
    error: [missing instanceof NotFoundError, missing.status, missing.requestId !== ''],
    aborted,
    webhook: [id, forged],
  };
}
