import type { MethodDefinition } from '@grpc/proto-loader';
import { isMalformed, MALFORMED } from '../malformed';
import { rewrittenAnswer } from '../prepared-answer';
import { ANSWERS } from './answers';
import { LAYOUTS } from './layouts';
import { type LegacyCall, rememberCall } from './legacy-call';
import { type ContextFields, readRawTexts } from './raw-text';
import { SentMessage } from './sent-message';

type Decode = (bytes: Buffer) => object;

/** The description of a field, as proto-loader returns it (`FieldDescriptorProto`). */
interface FieldDescriptor {
  readonly number: number;
  readonly type: string;
  readonly typeName: string;
  readonly label: string;
}

const PREFIX_BYTES = 5;
const DOUBLE_FRAMED = 'double_framed';
const keep: LegacyCall['answer'] = (answer) => answer;

/**
 * Returns a deserializer for the requests of published clients, in every layout that they send. It distinguishes layouts by their bytes,
 * because decoding loses a tenant that was sent as a string. It never throws.
 */
export function legacyDecoder({ path, requestType }: MethodDefinition<object, object>, decode: Decode): Decode {
  const rpc = path.slice('/coresdk.v1.'.length);
  const fields = (requestType.type as { readonly field: readonly FieldDescriptor[] }).field;
  const contexts = contextFields(fields);
  const wireTypes = new Map(fields.map((field) => [field.number, wireTypesOf(field)]));
  const layout = LAYOUTS[path];
  const answers = ANSWERS[path];
  const callOf = (sent: SentMessage | null, layouts: readonly string[]): LegacyCall => {
    const answer = answers?.(sent, layouts) ?? keep;
    return { rpc, layouts, answer: layouts.includes(DOUBLE_FRAMED) ? framedAnswer(answer) : answer };
  };
  const malformedOnce = answers ? remembered({ malformed: true }, callOf(null, [])) : MALFORMED;
  const malformedFramed = remembered({ malformed: true }, callOf(null, [DOUBLE_FRAMED]));

  return (bytes) => {
    const framed = isFramed(bytes);
    const malformed = framed ? malformedFramed : malformedOnce;
    const sent = SentMessage.of(framed ? bytes.subarray(PREFIX_BYTES) : bytes);
    if (!sent?.fields.every(({ number, wireType }) => wireTypes.get(number)?.includes(wireType) ?? true))
      return malformed;
    const translated = layout?.(sent) ?? null;
    const named = readRawTexts(translated?.message ?? sent, contexts);
    const request = decode(Buffer.from((named ?? translated?.message ?? sent).bytes));
    if (isMalformed(request)) return malformed;
    const layouts = [
      ...(framed ? [DOUBLE_FRAMED] : []),
      ...(translated ? [translated.layout] : []),
      ...(named ? ['raw_tenant'] : []),
    ];
    if (layouts.length === 0 && !answers) return request;
    return remembered(request, callOf(sent, layouts));
  };
}

/**
 * Returns whether a body is framed twice. Field number 0 is illegal, so a body that begins with 00 and the length of the rest must be
 * framed twice (wire contract §2.1).
 */
function isFramed(bytes: Buffer): boolean {
  return bytes.length >= PREFIX_BYTES && bytes[0] === 0 && bytes.readUInt32BE(1) === bytes.length - PREFIX_BYTES;
}

/** Frames a response again, as the client framed the request. */
function framedAnswer(answer: LegacyCall['answer']): LegacyCall['answer'] {
  return (given, metadata) =>
    rewrittenAnswer(answer(given, metadata), (bytes) => {
      const prefix = Buffer.alloc(PREFIX_BYTES);
      prefix.writeUInt32BE(bytes.length, 1);
      return Buffer.concat([prefix, bytes]);
    });
}

function contextFields(fields: readonly FieldDescriptor[]): ContextFields {
  const numbers = (typeName: string): ReadonlySet<number> =>
    new Set(fields.filter((field) => field.typeName === typeName).map(({ number }) => number));
  return { tenant: numbers('TenantContext'), metadata: numbers('RequestMetadata') };
}

/** Returns the valid wire types of a field. The decoder does not check wire types, and would read a number as a length. */
function wireTypesOf({ type, label }: FieldDescriptor): readonly number[] {
  if (['TYPE_STRING', 'TYPE_BYTES', 'TYPE_MESSAGE'].includes(type)) return [2];
  const own = /FIXED64|DOUBLE/.test(type) ? 1 : /FIXED32|FLOAT/.test(type) ? 5 : 0;
  return label === 'LABEL_REPEATED' ? [own, 2] : [own];
}

function remembered(request: object, call: LegacyCall): object {
  rememberCall(request, call);
  return request;
}
