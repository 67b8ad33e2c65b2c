// Checks the types of the files that are named, and of no others: `tsc` would check all that they import as well.
const ts = require('typescript');

const { options } = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.json',
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error },
);
const program = ts.createProgram({
  rootNames: process.argv.slice(2),
  options: { ...options, incremental: false, tsBuildInfoFile: undefined },
});
const faults = process.argv.slice(2).flatMap((name) => {
  const file = program.getSourceFile(name);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
});
const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => process.cwd(), getNewLine: () => '\n' };
process.stdout.write(ts.formatDiagnostics(faults, host));
process.exitCode = faults.length === 0 ? 0 : 1;
