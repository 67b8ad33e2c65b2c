/** Writes the gRPC API page from the comments in the proto files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../steps/process.mjs';
import { blocks, code, escaped, page, sentence, table } from './markdown.mjs';

const folder = 'proto/coresdk/v1';

/** Returns the page, keyed by its path below `reference/`. */
export function grpcPages() {
  const files = readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.proto'))
    .sort()
    .map((name) => ({ name, declarations: parseProto(readFileSync(join(root, folder, name), 'utf8')) }));
  const all = files.flatMap(({ name, declarations }) => declarations.map((one) => ({ ...one, file: name })));
  const known = new Set(all.filter(({ kind }) => kind !== 'service').map(({ name }) => name));
  const services = all.filter(({ kind }) => kind === 'service');
  const content = page(
    {
      title: 'gRPC API',
      description: 'Services, methods and messages of the sidecar (coresdk.v1).',
      source: `${folder}/*.proto`,
      outline: [2, 3],
    },
    'The sidecar offers the package `coresdk.v1` on port 50051. The address is `CORESDK_SIDECAR_ADDR`; see [Configuration](./configuration). It also offers gRPC health checks and server reflection.',
    table(
      ['Service', 'Description'],
      services.map((service) => [link(service.name), escaped(sentence(service.comment))]),
    ),
    ...services.map((service) => serviceSection(service, known)),
    '## Messages and enums',
    ...all.filter(({ kind }) => kind !== 'service').map((one) => typeSection(one, known)),
  );
  return new Map([['grpc.md', content]]);
}

const link = (name) => `[${name}](#${name.toLowerCase()})`;

function serviceSection({ name, comment, members, file }, known) {
  return blocks(
    `## ${name} {#${name.toLowerCase()}}`,
    `${escaped(sentence(comment))} Declared in ${code(`${folder}/${file}`)}.`,
    table(
      ['Method', 'Request', 'Response', 'Description'],
      members.map((rpc) => [
        code(rpc.name),
        typed(rpc.request, known),
        typed(rpc.response, known),
        escaped(sentence(rpc.comment)),
      ]),
    ),
  ).trimEnd();
}

function typeSection({ kind, name, comment, members }, known) {
  const rows =
    kind === 'enum'
      ? members.map((value) => [code(value.name), value.number, escaped(sentence(value.comment))])
      : members.map((field) => [
          code(field.name),
          `${typed(field.type, known)}${field.group === null ? '' : ` (one of \`${field.group}\`)`}`,
          field.number,
          escaped(sentence(field.comment)),
        ]);
  const headings = kind === 'enum' ? ['Value', 'Number', 'Description'] : ['Field', 'Type', 'Number', 'Description'];
  return blocks(
    `### ${name} {#${name.toLowerCase()}}`,
    escaped(sentence(comment)),
    rows.length === 0 ? 'This message has no fields.' : table(headings, rows),
  ).trimEnd();
}

/** Links the names of declared types within a type such as `repeated Job` or `map<string, Job>`. */
function typed(type, known) {
  const linked = type.split(/([A-Za-z][\w.]*)/).map((part) => (known.has(part) ? link(part) : part));
  return linked.join('').replaceAll('<', '&lt;');
}

/**
 * Reads the top-level declarations of a proto file. It supports the style that `buf lint` enforces here: one declaration
 * per line, with comments on the lines before it.
 */
function parseProto(text) {
  const declarations = [];
  const open = [];
  let comments = [];
  let statement = '';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('//')) {
      comments.push(line.slice(2).trim());
      continue;
    }
    if (line === '') {
      comments = [];
      continue;
    }
    statement = `${statement} ${line}`.trim();
    if (!/[;{}]$/.test(statement)) continue;
    const comment = comments.join(' ');
    const block = open.at(-1);
    const declaration = open.find(({ members }) => members !== undefined);
    const [, kind, name] = /^(service|message|enum|oneof|rpc) (\w+)/.exec(statement) ?? [];
    if (statement === '}') open.pop();
    else if (kind === 'rpc') {
      const [, request, response] = /\(([^)]+)\) returns \(([^)]+)\)/.exec(statement);
      declaration.members.push({ name, comment, request, response });
      if (statement.endsWith('{')) open.push({});
    } else if (kind === 'oneof') open.push({ group: name });
    else if (kind !== undefined && statement.endsWith('{')) {
      if (declaration !== undefined) throw new Error(`${name}: nested types are not supported`);
      const made = { kind, name, comment, members: [] };
      declarations.push(made);
      if (!statement.endsWith('{}')) open.push(made);
    } else if (kind !== undefined && statement.endsWith('}')) {
      declarations.push({ kind, name, comment, members: [] });
    } else if (declaration?.kind === 'enum') {
      const [, value, number] = /^(\w+) = (\d+)/.exec(statement) ?? [];
      if (value !== undefined) declaration.members.push({ name: value, number, comment });
    } else if (declaration?.kind === 'message') {
      const [, type, field, number] =
        /^((?:repeated |optional )?[\w.]+(?:<[^>]+>)?) (\w+) = (\d+)/.exec(statement) ?? [];
      if (field !== undefined) {
        declaration.members.push({ name: field, type, number, comment, group: block?.group ?? null });
      }
    }
    statement = '';
    comments = [];
  }
  return declarations;
}
