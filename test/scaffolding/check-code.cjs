// Checks the types of only the named files (`tsc` would also check all their imports), and lints the files named after `--lint` with the
// same program, because reading all the code again would double the time.
const { ESLint } = require('eslint');
const ts = require('typescript');

const files = process.argv.slice(2).filter((name) => name !== '--lint');
const linted = process.argv.slice(process.argv.indexOf('--lint') + 1);

const { options } = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.json',
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error },
);
const program = ts.createProgram({
  rootNames: files,
  options: { ...options, incremental: false, tsBuildInfoFile: undefined },
});

function typeFaults() {
  const faults = files.flatMap((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  const host = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => '\n',
  };
  return ts.formatDiagnostics(faults, host);
}

async function lintFaults() {
  const parserOptions = { programs: [program], project: null };
  const eslint = new ESLint({ overrideConfig: { languageOptions: { parserOptions } } });
  const results = await eslint.lintFiles(linted);
  return results
    .flatMap(({ filePath, messages }) =>
      messages.map(({ line, ruleId, message }) => `${filePath}:${line} ${ruleId} ${message}\n`),
    )
    .join('');
}

async function main() {
  const text = typeFaults() + (await lintFaults());
  process.stdout.write(text);
  process.exitCode = text === '' ? 0 : 1;
}

void main();
