import { z } from 'zod';
import { jobRequest } from '../../../modules/jobs/contract/job-request.types';
import { newJobSchedule } from '../../../modules/jobs/contract/job-schedule.types';
import { newWebhook, webhookPatch } from '../../../modules/webhooks/contract/webhooks.types';
import { workflowDefinition } from '../../../modules/workflows/contract/workflow-definition.types';
import { callsOf } from '../../../modules/workflows/domain/calls';
import type { Kind, Members, Reference } from './kind';
import { ifMatch, keyedKind, listedKind } from './rest-kinds';
import { skillKind } from './skill-kind';

const WORKFLOWS = '/v1/workflows';

const webhookMembers = newWebhook.omit({ url: true }).extend({ status: webhookPatch.shape.status });
const workflowMembers = workflowDefinition.omit({ name: true });
// The job of a schedule cannot have inline files.
const { files: _files, ...scheduledJob } = jobRequest.shape;
const scheduleMembers = newJobSchedule.extend({ job: z.strictObject(scheduledJob) });

const webhooks = listedKind({
  section: 'webhooks',
  title: 'webhook',
  surface: 'backend',
  scopes: ['webhooks.read', 'webhooks.write'],
  order: 3,
  path: '/v1/webhooks',
  key: 'url',
  id: 'id',
  members: [...Object.keys(webhookMembers.shape), 'pausedReason'],
  schema: webhookMembers,
  secrets: ['secret'],
  onlyChanged: ['status'],
  makesSecret: () => true,
  // Only a pause that someone requested belongs to the configuration: the platform ends the others itself.
  toFile: ({ pausedReason, status, ...members }) => (pausedReason === 'request' ? { ...members, status } : members),
});

const schedules = keyedKind({
  section: 'schedules',
  title: 'job schedule',
  surface: 'backend',
  scopes: ['jobs.read', 'jobs.write', 'skills.run'],
  order: 4,
  path: '/v1/jobs/schedules',
  key: 'name',
  createdAt: 'createdAt',
  members: Object.keys(scheduleMembers.shape),
  schema: scheduleMembers,
});

const workflowKind = listedKind({
  section: 'workflows',
  title: 'workflow',
  surface: 'backend',
  scopes: ['workflows.read', 'workflows.write', 'skills.run'],
  order: 4,
  path: WORKFLOWS,
  key: 'name',
  id: 'id',
  members: Object.keys(workflowMembers.shape),
  schema: workflowMembers,
  references: workflowReferences,
});

const workflows: Kind = {
  ...workflowKind,
  update: async (api, found, members) => {
    const json = { ...found.members, ...members, name: found.key };
    await api.call('PUT', `${WORKFLOWS}/${found.id}`, { json, headers: ifMatch(found) });
  },
};

/** The kinds of the public surface, which act with the authority of the tenant. */
export const BACKEND_KINDS: readonly Kind[] = [webhooks, skillKind, workflows, schedules];

/** Returns the skills and workflows that a workflow calls. */
function workflowReferences(members: Members): readonly Reference[] {
  const definition = workflowDefinition.safeParse({ ...members, name: 'any' });
  if (!definition.success) return [];
  return callsOf(definition.data).flatMap((call): readonly Reference[] => {
    const path = ['steps'];
    if (call.type === 'skill') return [{ path, section: 'skills', key: call.skill.split(/[:@]/)[0] ?? '' }];
    return call.type === 'workflow' ? [{ path, section: 'workflows', key: call.workflow }] : [];
  });
}
