import { missingScope } from './scope-cover';

describe('the scopes required by a call', () => {
  it.each([
    ['', ''],
    ['projects.read', ''],
    ['projects.read', 'projects.read'],
    ['projects.read files.read', 'files.read  projects.read'],
    ['jobs.*', 'jobs.write'],
    ['jobs.*', 'jobs.write jobs.read jobs.logs.read'],
    ['a.b.*', 'a.b.c'],
    ['jobs.*', 'jobs.*'],
  ])('are covered: %j includes %j', (granted, required) => {
    expect(missingScope(granted.split(' '), required)).toBeNull();
  });

  it.each([
    ['', 'projects.read', 'projects.read'],
    ['projects.read', 'projects.write', 'projects.write'],
    ['projects.read', 'projects.read projects.write', 'projects.write'],
    ['jobs.*', 'jobs', 'jobs'],
    ['jobs.*', 'jobsx.read', 'jobsx.read'],
    ['jobs.write', 'jobs.*', 'jobs.*'],
    ['*', 'jobs.read', 'jobs.read'],
    ['.*', 'jobs.read', 'jobs.read'],
    ['Jobs.read', 'jobs.read', 'jobs.read'],
  ])('are not covered: %j for %j lacks %j', (granted, required, missing) => {
    expect(missingScope(granted.split(' '), required)).toBe(missing);
  });
});
