import { newId, newUlid } from '../../../src/kernel/ids/ids';
import { JobSteps } from '../job-steps';
import { queryAs } from '../test-database';
import type { TenantCalls } from './tenant-calls';

/** Creates a project with a member, an event from an app, a webhook with a delivery, files, an upload, a skill, a job and a workflow. */
export async function fillThings(calls: TenantCalls, tag: string): Promise<void> {
  const { secret, owner } = calls;
  const key = `K${tag}`.toUpperCase();
  const project = await calls.post('projects', '/v1/projects', { key, name: secret, labels: [secret] });
  calls.know('projects', key);
  await calls.put(`/v1/projects/${project.id}/members/${owner}`, { role: 'member' });
  const event = { action: `thing.${tag}`, resourceType: 'thing', resourceId: `res-${tag}`, metadata: { secret } };
  await calls.post('audit', '/v1/audit', event);
  calls.know('resources', `thing.${tag}`, `res-${tag}`);
  await fillWebhook(calls);
  await fillFiles(calls, tag);
  await fillSkill(calls, tag);
  await fillJob(calls, tag);
  await fillWorkflow(calls, tag);
}

async function fillWebhook(calls: TenantCalls): Promise<void> {
  const { secret, tenant, world } = calls;
  // The webhook is for an event that does not occur here, so that it does not send any events.
  const hook = { url: `https://hooks.example/${secret}`, types: ['coresdk.project.purged'] };
  const webhook = await calls.post('webhooks', '/v1/webhooks', hook);
  const delivery = newId('evt');
  calls.know('deliveries', delivery);
  await queryAs(
    world.database.adminUrl,
    `INSERT INTO webhooks.deliveries (tenant_id, webhook_id, event_id, event_type, place, state, last_error, ended_at)
     VALUES ($1, $2, $3, 'coresdk.project.purged', '0', 'dead', $4, now())`,
    [tenant.id, webhook.id, delivery, secret],
  );
}

async function fillFiles(calls: TenantCalls, tag: string): Promise<void> {
  const { secret } = calls;
  const path = `docs/${tag}.txt`;
  for (const tier of ['shared', 'private']) {
    for (const content of [secret, `${secret}, again`]) {
      await calls.send('PUT', `/v1/files/${tier}/${path}`, content, { 'content-type': 'text/plain' });
    }
  }
  calls.know('files', path);
  const part = (text: string): string => Buffer.from(text).toString('base64');
  const upload = await calls.send('POST', '/v1/files/uploads', '', {
    'content-type': 'application/offset+octet-stream',
    'tus-resumable': '1.0.0',
    'upload-length': '100',
    'upload-metadata': `tier ${part('shared')},path ${part(`up/${tag}`)},filetype ${part('text/plain')}`,
  });
  calls.know('uploads', String(upload.headers['location']).split('/').at(-1) ?? '');
}

/** Creates a skill with two versions, signed calls and an alias. */
async function fillSkill(calls: TenantCalls, tag: string): Promise<void> {
  const { secret } = calls;
  const name = `skill-${tag}`;
  for (const url of [`https://skills.example/${secret}`, `https://skills.example/${secret}/again`]) {
    await calls.put(`/v1/skills/${name}`, { runtime: 'http', url, description: secret });
  }
  calls.know('skills', name);
  await calls.put(`/v1/skills/${name}/aliases/alias-${tag}`, { version: 1 });
  calls.know('aliases', `alias-${tag}`);
}

/** Creates a job with an inline file, a log and an output, and a schedule of such jobs. */
async function fillJob(calls: TenantCalls, tag: string): Promise<void> {
  const { secret, tenant, world } = calls;
  const { adminUrl } = world.database;
  const steps = new JobSteps(adminUrl);
  await steps.takeAll();
  // A job of a type that no worker here runs.
  const job = { type: 'container', kind: `kind-${tag}`, input: secret, userId: `usr-${tag}` };
  const files = { [`${tag}.txt`]: Buffer.from(secret).toString('base64') };
  const { id } = await calls.post('jobs', '/v1/jobs', { ...job, files });
  await steps.start(id);
  await steps.log(id, secret);
  await steps.end(id, 'failed', { error: secret });
  await queryAs(
    adminUrl,
    `INSERT INTO jobs.outputs (tenant_id, job_id, key, object, size_bytes, sha256) VALUES ($1, $2, $3, $4, 1, '')`,
    [tenant.id, id, secret, newUlid()],
  );
  await queryAs(
    adminUrl,
    `INSERT INTO jobs.steps (tenant_id, job_id, number, name, result) VALUES ($1, $2, 1, $3, to_jsonb($3::text))`,
    [tenant.id, id, secret],
  );
  await calls.put(`/v1/jobs/schedules/schedule-${tag}`, { cron: '0 0 1 1 *', job });
  calls.know('schedules', `schedule-${tag}`);
}

/** Creates a workflow with two versions and an ended run, and an externally triggered workflow. */
async function fillWorkflow(calls: TenantCalls, tag: string): Promise<void> {
  const { secret, tenant, world } = calls;
  const step = `step-${tag}`;
  const steps = [{ id: step, type: 'wait', seconds: 0 }];
  const definition = { name: `flow-${tag}`, description: secret, status: 'disabled', steps };
  const { id } = await calls.post('workflows', '/v1/workflows', definition);
  await calls.put(`/v1/workflows/${id}`, { ...definition, output: secret });
  const trigger = { type: 'webhook' };
  const hook = await calls.post('workflows', '/v1/workflows', { ...definition, name: `hook-${tag}`, trigger });
  await queryAs(
    world.database.adminUrl,
    `INSERT INTO workflows.firings (tenant_id, workflow_id, key, version, submitted_by) VALUES ($1, $2, $3, 1, '{}')`,
    [tenant.id, hook.id, secret],
  );
  const run = newId('job');
  calls.know('runs', run);
  calls.know('steps', step);
  await queryAs(
    world.database.adminUrl,
    `WITH job AS (
       INSERT INTO jobs.jobs (tenant_id, id, type, kind, image, place, state, request, input, timeout_seconds, max_attempts,
         submitted_by, depth, last_event, run_at, priority)
       VALUES ($1, $2, 'workflow', $3, '', NULL, 'succeeded', '{}', '{}', 60, 1,
         '{"actorType": "system", "actorId": "system", "appId": null}', 0, 0, now(), 5)
       RETURNING tenant_id, id
     ), run AS (
       INSERT INTO workflows.runs (tenant_id, id, workflow_id, version) SELECT tenant_id, id, $4, 1 FROM job
       RETURNING tenant_id, id
     )
     INSERT INTO workflows.steps (tenant_id, run_id, step_id, state, output, ended_at)
     SELECT tenant_id, id, $6, 'succeeded', to_json($5::text), now() FROM run`,
    [tenant.id, run, `flow-${tag}`, id, secret, step],
  );
}
