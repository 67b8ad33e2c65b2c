/** Bundles in OPA's format: archives, roots, data files and signatures. For Node. */
export { archivePath } from './bundle/archive-path.js';
export { ArchiveError, gunzipUpTo } from './bundle/gunzip.js';
export { isJsonObject, type JsonObject, mergeAt } from './bundle/merge-data.js';
export { type ArchiveLimits, type BundleFile, readTar } from './bundle/read-tar.js';
export { dataOutsideRoots, isWithinRoots, overlappingRoots, type Roots, trimRoot } from './bundle/roots.js';
export {
  type BundleKey,
  isSigned,
  type SignatureFault,
  type SignatureOptions,
  type SignatureVerdict,
  verifyBundleSignature,
} from './bundle/signature.js';
export { fileDigest } from './bundle/structured-digest.js';
export { writeArchive } from './bundle/write-archive.js';
