import { jobRequest } from './contract/job-request.types';
import { JobAdmission } from './job-admission';
import type { JobsConfig } from './jobs.config';
import type { JobsRepository } from './storage/jobs.repository';

const report = jobRequest.parse({ type: 'container', kind: 'report' });
const skill = jobRequest.parse({ type: 'skill', kind: 'translate' });

function admission() {
  const taken = jest.fn(() => Promise.resolve([{ type: 'container', kind: null }]));
  const waiting = jest.fn(() => Promise.resolve(1));
  const repository = { taken, waiting } as Partial<JobsRepository> as JobsRepository;
  const config = { JOBS_MAX_QUEUED: 3 } as JobsConfig;
  return { taken, waiting, admission: new JobAdmission(repository, config) };
}

describe('jobs that are submitted at the same time', () => {
  it('cause one query and share the remaining capacity', async () => {
    const { admission: asked, taken, waiting } = admission();
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => asked.assertRoom('tnt-1', report, 0)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(taken).toHaveBeenCalledTimes(1);
    expect(waiting).toHaveBeenCalledTimes(1);
  });

  it('query again after a query has failed', async () => {
    const { admission: asked, taken, waiting } = admission();
    taken.mockRejectedValueOnce(new Error('away'));
    await expect(asked.assertRoom('tnt-1', report, 0)).rejects.toThrow('away');
    waiting.mockRejectedValueOnce(new Error('away'));
    await expect(asked.assertRoom('tnt-1', report, 0)).rejects.toThrow('away');
    await asked.assertRoom('tnt-1', report, 0);
    expect(taken).toHaveBeenCalledTimes(2);
    expect(waiting).toHaveBeenCalledTimes(2);
  });
});

describe('a job that no worker accepts', () => {
  it('is refused only after a fresh query, not because of a cached result', async () => {
    const { admission: asked, taken } = admission();
    await expect(asked.assertTaken(skill)).rejects.toMatchObject({ code: 'unprocessable' });
    expect(taken).toHaveBeenCalledTimes(1);
    taken.mockResolvedValueOnce([{ type: 'skill', kind: null }]);
    await asked.assertTaken(skill);
    expect(taken).toHaveBeenCalledTimes(2);
  });
});
