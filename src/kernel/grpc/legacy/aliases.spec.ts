import type { PackageDefinition } from '@grpc/proto-loader';
import { loadPackageDefinition } from '../package-definition';

const UNDECLARED = [
  '/coresdk.v1.AuditService/Emit',
  '/coresdk.v1.AuthService/MintAgentToken',
  '/coresdk.v1.EgressService/CheckEgress',
  '/coresdk.v1.FlagService/Evaluate',
  '/coresdk.v1.RateLimitService/Check',
];

function pathsOf(definition: PackageDefinition): string[] {
  return Object.values(definition)
    .flatMap((entry) => ('format' in entry ? [] : Object.values(entry).map(({ path }) => path)))
    .sort();
}

describe('the paths of the sidecar', () => {
  const all = pathsOf(loadPackageDefinition());
  const declared = pathsOf(loadPackageDefinition({ legacyClients: false }));

  it('contain five more paths for legacy clients than the contract defines', () => {
    expect(declared.filter((path) => path.startsWith('/coresdk.v1.'))).toHaveLength(38);
    expect(all.filter((path) => !declared.includes(path))).toEqual(UNDECLARED);
    expect(declared.filter((path) => !all.includes(path))).toEqual([]);
  });

  it('never contain the package that describes the undeclared messages', () => {
    expect(all.filter((path) => path.includes('cpod.clients'))).toEqual([]);
  });
});
