import { fromJson } from '@coresdk/rego/values';
import { compileWall } from '../../base-policy';
import type { TriedDocument, TriedDocuments } from '../../contract/policy-bundles.port';
import { cpuBudget } from '../../cpu-budget';
import { evaluateDocument } from '../../document';
import { Faults } from '../../domain/faults';
import { packagePath } from '../../domain/package-path';
import { type PolicyFile, readPolicyFiles } from '../../domain/policy-files';
import { TenantPolicy } from '../../tenant-policy';
import type { TenantWall } from '../../tenant-wall';
import { unpackUpload } from '../unpack-upload';
import type { CheckOutcome, DocumentsJob } from './check-job';
import { compileBundle } from './compile-bundle';
import { readInstalledPolicy } from './read-base';

/** The path of the draft in faults. */
const DRAFT_FILE = 'draft.rego';
/** The total CPU time limit of the evaluations. Inputs beyond it have no document in the answer. */
const TOTAL_CPU_MS = 10_000;
/** The maximum length of one document: all of them are sent to the main thread. */
const MAX_CHARS = 64 * 1024;

/**
 * Evaluates a document for many inputs, with a bundle that is not served or with a draft over the served bundle. An error in a built-in
 * function stops an evaluation. The outcome contains faults if the policy does not compile.
 */
export async function tryDocuments(job: DocumentsJob): Promise<CheckOutcome<TriedDocuments>> {
  const faults = new Faults();
  const base = await readInstalledPolicy(job.baseFolders);
  const own = job.bundle === null ? [] : await unpackUpload(job.bundle, faults);
  const files = job.draft === null ? own : withDraft(own, job.draft);
  readPolicyFiles(files, faults);
  const compiled = faults.any ? null : compileBundle(base, files, faults);
  if (!compiled) return { ok: false, faults: faults.list };
  const policy = new TenantPolicy(null, compiled.policy, fromJson(job.tenant));
  const isDefined = policy.defines(job.path);
  const documents = isDefined ? evaluateAll(policy, compileWall(base.shipped), job) : [];
  return { ok: true, value: { isDefined, documents } };
}

/** Returns the files of a bundle in which a draft replaces the modules of its package. */
function withDraft(own: readonly PolicyFile[], draft: string): readonly PolicyFile[] {
  const replaced = JSON.stringify(packagePath(draft));
  const isReplaced = ({ path, bytes }: PolicyFile): boolean =>
    path.endsWith('.rego') && JSON.stringify(packagePath(Buffer.from(bytes).toString('utf8'))) === replaced;
  const kept = own.filter((file) => file.path !== DRAFT_FILE && !isReplaced(file));
  return [...kept, { path: DRAFT_FILE, bytes: Buffer.from(draft) }];
}

function evaluateAll(
  policy: TenantPolicy,
  wall: TenantWall,
  { path, inputs, cpuMs }: DocumentsJob,
): readonly TriedDocument[] {
  const before = process.threadCpuUsage();
  const documents: TriedDocument[] = [];
  for (const json of inputs) {
    const { user, system } = process.threadCpuUsage(before);
    if ((user + system) / 1_000 > TOTAL_CPU_MS) break;
    documents.push(evaluateOne(policy, wall, path, json, cpuMs));
  }
  return documents;
}

function evaluateOne(policy: TenantPolicy, wall: TenantWall, path: string, json: string, cpuMs: number): TriedDocument {
  const query = { rule: path, input: { json }, isStrict: true, linePrefix: null };
  const { json: text, decision } = evaluateDocument(policy, wall, query, { budget: cpuBudget(cpuMs) });
  if (text === null) return { json: null, reason: decision.reason };
  return text.length <= MAX_CHARS ? { json: text, reason: '' } : { json: null, reason: `${path} is too large.` };
}
