import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type AnyDefinition,
  loadSync,
  type MessageTypeDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from '@grpc/proto-loader';

const root = join(__dirname, '../..');
const protoPath = join(root, 'proto');
const generatedPath = join(root, 'src/kernel/grpc/generated');
const contractPath = join(root, '../shared/contract/coresdk-v1-wire.md');

type Message = MessageTypeDefinition<object, object>;

/** The members of proto-loader's DescriptorProto and EnumDescriptorProto that this test reads. */
interface Descriptor {
  readonly field: readonly {
    readonly name: string;
    readonly number: number;
    readonly label: string;
    readonly type: string;
    readonly typeName: string;
  }[];
  readonly nestedType: readonly (Descriptor & { readonly name: string })[];
  readonly oneofDecl: readonly { readonly name: string }[];
  readonly value: readonly { readonly name: string; readonly number: number }[];
}

/** Message name to its fields, each as "number name type", with "(oneof x)" after a member of a oneof. */
type Fields = Record<string, string[]>;

interface Contract {
  readonly fields: Fields;
  /** "Service.Rpc" to "kind Request → Response". */
  readonly rpcs: Record<string, string>;
  /** Enum name to its values, each as "NAME = number". */
  readonly enums: Record<string, string[]>;
  /** File name to the messages and services declared there. */
  readonly files: Record<string, string[]>;
}

const files = (directory: string): string[] =>
  readdirSync(join(protoPath, directory))
    .filter((name) => name.endsWith('.proto'))
    .sort()
    .map((name) => `${directory}/${name}`);

const text = (file: string): string => readFileSync(join(protoPath, file), 'utf8');

const publicFiles = files('coresdk/v1');
const ownFiles = [...files('cpod/internal/v1'), ...files('cpod/clients/v1')];

const isMessage = (definition: AnyDefinition): definition is Message =>
  definition.format === 'Protocol Buffer 3 DescriptorProto';
const isEnum = (definition: AnyDefinition): boolean => definition.format === 'Protocol Buffer 3 EnumDescriptorProto';
const isService = (definition: AnyDefinition): definition is ServiceDefinition =>
  !isMessage(definition) && !isEnum(definition);

const descriptor = (definition: AnyDefinition): Descriptor => (definition as Message).type as Descriptor;

function load(protoFiles: readonly string[], keepCase: boolean): PackageDefinition {
  return loadSync([...protoFiles], { includeDirs: [protoPath], keepCase, longs: Number, enums: Number, oneofs: true });
}

/** Definitions of one kind, indexed by their names without the package, sorted. */
function named<T extends AnyDefinition>(
  definitions: PackageDefinition,
  is: (d: AnyDefinition) => boolean,
): [string, T][] {
  return Object.entries(definitions)
    .filter(([, definition]) => is(definition))
    .map(([name, definition]): [string, T] => [name.slice(name.lastIndexOf('.') + 1), definition as T])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const scalar = (type: string, typeName: string): string => typeName || type.replace('TYPE_', '').toLowerCase();

// proto-loader's descriptors do not list the fields of a oneof, but its decoded messages name the member that is set.
function oneofOf(message: Message, field: Descriptor['field'][number]): string | undefined {
  const sample = field.type === 'TYPE_MESSAGE' ? {} : field.type === 'TYPE_STRING' ? 'x' : 1;
  const read = message.deserialize(message.serialize({ [field.name]: sample })) as Record<string, unknown>;
  return descriptor(message).oneofDecl.find(({ name }) => read[name] === field.name)?.name;
}

function fieldsOf(message: Message): string[] {
  const { field: fields, nestedType } = descriptor(message);
  return fields.map((field) => {
    const entry = nestedType.find(({ name }) => name === field.typeName)?.field;
    if (entry) {
      const [key, value] = entry.map(({ type, typeName }) => scalar(type, typeName));
      return `${field.number} ${field.name} map<${key}, ${value}>`;
    }
    const repeated = field.label === 'LABEL_REPEATED';
    const oneof = repeated ? undefined : oneofOf(message, field);
    const type = `${repeated ? 'repeated ' : ''}${scalar(field.type, field.typeName)}`;
    return `${field.number} ${field.name} ${type}${oneof ? ` (oneof ${oneof})` : ''}`;
  });
}

function declaredIn(file: string): string[] {
  return [...text(file).matchAll(/^(?:message|service) (\w+) \{/gm)].map(([, name]) => name ?? '').sort();
}

/** Returns the contract defined by the protos. */
function fromProtos(definitions: PackageDefinition): Contract {
  const nameOf = (message: Message): string => (message.type as { name: string }).name;
  return {
    fields: Object.fromEntries(named<Message>(definitions, isMessage).map(([name, m]) => [name, fieldsOf(m)])),
    rpcs: Object.fromEntries(
      named<ServiceDefinition>(definitions, isService).flatMap(([service, rpcs]) =>
        Object.entries(rpcs).map(([rpc, { requestStream, responseStream, requestType, responseType }]) => {
          const kind = requestStream ? 'client-stream' : responseStream ? 'server-stream' : 'unary';
          return [`${service}.${rpc}`, `${kind} ${nameOf(requestType)} → ${nameOf(responseType)}`];
        }),
      ),
    ),
    enums: Object.fromEntries(
      named(definitions, isEnum).map(([name, d]) => [name, descriptor(d).value.map((v) => `${v.name} = ${v.number}`)]),
    ),
    files: Object.fromEntries(publicFiles.map((file) => [basename(file), declaredIn(file)])),
  };
}

/** Returns the contract defined in section 1 of the document. */
function fromDocument(markdown: string): Contract {
  const contract: Contract = { fields: {}, rpcs: {}, enums: {}, files: {} };
  const section = markdown.slice(markdown.indexOf('\n## 1. '), markdown.indexOf('\n## 2. '));
  let service = '';
  let declared: string[] = [];
  let fields: string[] = [];
  for (const line of section.split('\n')) {
    const file = /^### (\w+\.proto) — (?:service `coresdk\.v1\.(\w+)`)?/.exec(line);
    const message = /^\*\*(\w+)\*\*/.exec(line);
    const enumeration = /^Enum `(\w+)`: (.*)$/.exec(line);
    const rpc = /^\| (\w+) \| \**(unary|[\w-]+-stream)\** \| (\w+) → (\w+) \|$/.exec(line);
    const field = /^\| (\d+) \| (\w+) \| ([^|]+?) \|/.exec(line);
    if (file?.[1]) {
      service = file[2] ?? '';
      declared = contract.files[file[1]] = service ? [service] : [];
    } else if (message?.[1]) {
      declared.push(message[1]);
      fields = contract.fields[message[1]] = [];
    } else if (enumeration?.[1]) {
      contract.enums[enumeration[1]] = (enumeration[2] ?? '').split(', ');
    } else if (rpc) {
      contract.rpcs[`${service}.${rpc[1]}`] = `${rpc[2]} ${rpc[3]} → ${rpc[4]}`;
    } else if (field) {
      fields.push(`${field[1]} ${field[2]} ${field[3]}`);
    }
  }
  Object.values(contract.files).forEach((names) => names.sort());
  return contract;
}

/** Returns the member names of each interface in a generated file. */
function generatedMembers(protoFile: string): Record<string, string[]> {
  const source = readFileSync(join(generatedPath, protoFile.replace(/\.proto$/, '.ts')), 'utf8');
  return Object.fromEntries(
    [...source.matchAll(/^export interface (\w+) \{\n(.*?)^\}/gms)].map(([, name, body]) => [
      name ?? '',
      [...(body ?? '').matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member]) => member ?? ''),
    ]),
  );
}

const size = (record: object): number => Object.keys(record).length;

describe('the coresdk.v1 wire contract', () => {
  const protos = fromProtos(load(publicFiles, true));

  it('has 13 files, 12 services, 38 RPCs including 4 server streams, 89 messages and 3 enums', () => {
    const kinds = Object.values(protos.rpcs).map((rpc) => rpc.split(' ')[0]);
    const services = new Set(Object.keys(protos.rpcs).map((rpc) => rpc.split('.')[0]));
    expect({
      files: publicFiles.length,
      services: services.size,
      rpcs: kinds.length,
      serverStream: kinds.filter((kind) => kind === 'server-stream').length,
      clientStream: kinds.filter((kind) => kind === 'client-stream').length,
      messages: size(protos.fields),
      enums: size(protos.enums),
    }).toEqual({ files: 13, services: 12, rpcs: 38, serverStream: 4, clientStream: 0, messages: 89, enums: 3 });
  });

  it.each([...publicFiles, ...ownFiles])('%s uses proto3, the package of its folder and no optional fields', (file) => {
    const lines = text(file).split('\n');
    expect(lines[0]).toBe('syntax = "proto3";');
    expect(lines).toContain(`package ${file.split('/').slice(0, -1).join('.')};`);
    expect(lines.filter((line) => /^\s*optional\s/.test(line))).toEqual([]);
  });

  if (existsSync(contractPath)) {
    it('equals the contract document in every file, RPC, enum value and field', () => {
      expect(protos).toEqual(fromDocument(readFileSync(contractPath, 'utf8')));
    });
  } else {
    it.skip(`equals the contract document (skipped: there is no ${contractPath})`, () => undefined);
  }
});

describe('the generated types', () => {
  it.each([...publicFiles, ...ownFiles])('of %s use the same field names as proto-loader', (file) => {
    const generated = generatedMembers(file);
    const declared = new Set(declaredIn(file));
    const ofPackage = `${file.split('/').slice(0, -1).join('.')}.`;
    const definitions = Object.entries(load([file], false)).filter(([name]) => name.startsWith(ofPackage));
    for (const [name, message] of named<Message>(Object.fromEntries(definitions), isMessage)) {
      if (!declared.has(name)) continue;
      expect([name, generated[name]]).toEqual([name, descriptor(message).field.map((field) => field.name)]);
    }
  });
});
