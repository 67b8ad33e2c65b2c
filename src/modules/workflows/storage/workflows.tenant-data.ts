import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

const LEFT_OUT = {
  leftOut: 'Runs belong to the installation that executes them. A different installation would execute them again.',
};

export const workflowsTenantData: TenantData = {
  module: 'workflows',
  tables: [
    {
      table: 'workflows.workflows',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the workflow is deleted and its last run is gone.',
    },
    {
      table: 'workflows.versions',
      key: ['id', 'version'],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as its workflow, or until there are more than 200 newer versions and no run uses it.',
    },
    {
      table: 'workflows.triggers',
      key: ['workflow_id'],
      exported: {
        leftOut:
          'Triggers start runs in this installation and have secrets that belong only to it. Save a workflow again to create its triggers.',
      },
      erased: 'rows',
      kept: 'As long as its workflow has this trigger.',
    },
    {
      table: 'workflows.firings',
      key: ['workflow_id', 'key'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'For 14 days.',
    },
    { table: 'workflows.runs', key: ['id'], exported: LEFT_OUT, erased: 'rows', kept: 'As long as its job.' },
    {
      table: 'workflows.steps',
      key: ['run_id', 'step_id'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'As long as its job.',
    },
  ],
};
