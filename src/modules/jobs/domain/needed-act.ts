import type { PrincipalAct } from '../../auth/contract/auth.port';
import type { StartedWork } from '../contract/start-authorization.port';

/** The acts of tasks, by kind. Only for tasks whose API authorizes an act with a name other than the kind. */
const TASK_ACTS: Readonly<Record<string, PrincipalAct>> = {
  'users/import': { action: 'user.import', resource: 'user', requiredScope: 'users.write', context: {} },
  'users/export': { action: 'user.list', resource: 'user', requiredScope: 'users.read', context: {} },
};

/**
 * Returns the act that a caller must be allowed to perform to start this work. It is the act that the API for this kind of work requires,
 * so that `jobs.write` does not bypass `skills.run`. The policy receives the work to run as `context.job`.
 */
export function neededAct(work: StartedWork): PrincipalAct {
  const { type, kind, image } = work;
  const context = { job: { type, kind, image } };
  switch (type) {
    case 'skill':
      return { action: 'skill.run', resource: `skill/${kind}`, requiredScope: 'skills.run', context };
    case 'workflow': {
      const requiredScope = 'workflows.write';
      return { action: 'workflow.trigger', resource: `workflow/${workflowOf(work)}`, requiredScope, context };
    }
    case 'sync': {
      const known = TASK_ACTS[kind];
      if (known !== undefined) return { ...known, context };
      // A task is named after its API: users/import.
      const [family = '', ...rest] = kind.split('/');
      const action = [family, ...rest].join('.').toLowerCase();
      return { action, resource: kind, requiredScope: `${family}.write`, context };
    }
    case 'container':
      return { action: 'job.submit', resource: 'job', requiredScope: 'jobs.write', context };
  }
}

/**
 * Returns the workflow's id from the beginning of its image (`wfl-…:3`), as used in its routes. If there is no image, returns the
 * workflow's name.
 */
function workflowOf({ kind, image }: StartedWork): string {
  return /^[^:/]+/.exec(image)?.[0] ?? kind;
}
