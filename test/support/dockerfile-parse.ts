/** The part of the Dockerfile language that this repository's Dockerfile uses. */
export type Instruction =
  | { readonly op: 'COPY'; readonly from?: string; readonly sources: readonly string[]; readonly target: string }
  | { readonly op: 'RUN'; readonly command: string }
  | { readonly op: 'ENV'; readonly variables: Readonly<Record<string, string>> }
  | { readonly op: 'WORKDIR' | 'VOLUME'; readonly path: string }
  | { readonly op: 'USER'; readonly uid: number; readonly gid: number }
  | { readonly op: 'CMD' | 'HEALTHCHECK'; readonly argv: readonly string[] }
  | { readonly op: 'EXPOSE'; readonly ports: readonly number[] };

export interface Stage {
  readonly base: string;
  /** From `AS name`. */
  readonly name?: string;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile into its stages. Fails on unknown instructions and never skips them. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { base: string; name?: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const [, op = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    if (op === 'FROM') {
      const [, base = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      if (base === '') throw new Error(`FROM ${rest}: not supported.`);
      stages.push({ base, ...(name !== undefined && { name }), instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error(`${op} before the first FROM.`);
    stage.instructions.push(parseInstruction(op, rest));
  }
  return stages;
}

/** Joins continued lines. Removes comment lines, including those between continued lines. */
function logicalLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\[ \t]*\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseInstruction(op: string, rest: string): Instruction {
  switch (op) {
    case 'RUN':
      return { op, command: rest };
    case 'WORKDIR':
    case 'VOLUME':
      return { op, path: rest };
    case 'EXPOSE':
      return { op, ports: rest.split(/\s+/).map(Number) };
    case 'CMD':
      return { op, argv: parseExecForm(rest) };
    case 'HEALTHCHECK':
      return { op, argv: parseExecForm(rest.replace(/^(--\S+\s+)*CMD\s+/, '')) };
    case 'ENV':
      return { op, variables: parseVariables(rest) };
    case 'USER':
      return parseUser(rest);
    case 'COPY':
      return parseCopy(rest);
    default:
      throw new Error(`${op} ${rest}: not supported.`);
  }
}

function parseExecForm(rest: string): string[] {
  const argv: unknown = rest.startsWith('[') ? JSON.parse(rest) : undefined;
  if (!Array.isArray(argv)) throw new Error(`${rest}: use the JSON form, so that signals do not go to a shell.`);
  return argv.map(String);
}

function parseVariables(rest: string): Record<string, string> {
  return Object.fromEntries(
    rest.split(/\s+/).map((pair) => {
      const [, name = '', value = ''] = /^(\w+)=([^"'\\$]*)$/.exec(pair) ?? [];
      if (name === '') throw new Error(`ENV ${pair}: only NAME=value without quotes is supported.`);
      return [name, value];
    }),
  );
}

function parseUser(rest: string): Instruction {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(rest) ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`USER ${rest}: must be numbers, as in 1000:1000.`);
  return { op: 'USER', uid: Number(uid), gid: Number(gid) };
}

function parseCopy(rest: string): Instruction {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  const unknown = words.find((word) => word.startsWith('--') && !word.startsWith('--from='));
  if (unknown !== undefined) throw new Error(`COPY ${unknown}: not supported.`);
  const paths = words.filter((word) => !word.startsWith('--'));
  const target = paths.at(-1);
  const sources = paths.slice(0, -1);
  if (target === undefined || sources.length === 0) throw new Error(`COPY ${rest}: a source and a target are needed.`);
  if (paths.some((one) => /[*?]/.test(one))) throw new Error(`COPY ${rest}: patterns are not supported.`);
  return { op: 'COPY', ...(from !== undefined && { from }), sources, target };
}
