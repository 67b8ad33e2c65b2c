// Made from src/roles/backend/openapi.json by scripts/sdk-types.mjs (npm run openapi). Do not change by hand.

export interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim | undefined;
}

export interface AllFlagsQuery {
  /** `targetingKey` and any attributes. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

export interface App {
  readonly client_id: string;
  readonly name: string;
  readonly app_type: 'service' | 'web' | 'spa' | 'native';
  readonly declared_scopes: readonly string[];
  readonly default_scopes: readonly string[];
  readonly grant_types: readonly ('client_credentials' | 'authorization_code' | 'refresh_token')[];
  readonly token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  readonly redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly first_party: boolean;
  readonly access_token_ttl_seconds: number;
  readonly logo_uri: string | null;
  readonly policy_uri: string | null;
  readonly jwks: ClientJwks | null;
  readonly jwks_uri: string | null;
  readonly refresh_rotation: boolean;
  readonly platform_context: boolean;
  readonly secrets: readonly {
    readonly id: string;
    readonly created_at: string;
    readonly expires_at: string | null;
    readonly last_used_at: string | null;
  }[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface AppPatch {
  readonly name?: string | undefined;
  readonly declared_scopes?: readonly string[] | undefined;
  readonly default_scopes?: readonly string[] | undefined;
  readonly grant_types?: readonly ('client_credentials' | 'authorization_code' | 'refresh_token')[] | undefined;
  readonly redirect_uris?: readonly string[] | undefined;
  readonly post_logout_redirect_uris?: readonly string[] | undefined;
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none' | undefined;
  readonly access_token_ttl_seconds?: number | undefined;
  readonly first_party?: boolean | undefined;
  readonly logo_uri?: string | null | undefined;
  readonly policy_uri?: string | null | undefined;
  readonly jwks?: ClientJwks | null | undefined;
  readonly jwks_uri?: string | null | undefined;
  /** Whether each refresh gives a new refresh token. false: the same one goes on; only for apps that prove themselves, and needed for RefreshToken of the sidecar. */
  readonly refresh_rotation?: boolean | undefined;
  /** Whether the app signs platform contexts by its secret, which is then kept sealed. A secret from before signs none: rotate it. */
  readonly platform_context?: boolean | undefined;
}

export interface AppRemoval {
  readonly client_id: string;
  /** False for a dry run. */
  readonly removed: boolean;
  readonly belongings: readonly Belonging[];
}

export interface AppWithSecret {
  readonly client_id: string;
  readonly name: string;
  readonly app_type: 'service' | 'web' | 'spa' | 'native';
  readonly declared_scopes: readonly string[];
  readonly default_scopes: readonly string[];
  readonly grant_types: readonly ('client_credentials' | 'authorization_code' | 'refresh_token')[];
  readonly token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  readonly redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly first_party: boolean;
  readonly access_token_ttl_seconds: number;
  readonly logo_uri: string | null;
  readonly policy_uri: string | null;
  readonly jwks: ClientJwks | null;
  readonly jwks_uri: string | null;
  readonly refresh_rotation: boolean;
  readonly platform_context: boolean;
  readonly secrets: readonly {
    readonly id: string;
    readonly created_at: string;
    readonly expires_at: string | null;
    readonly last_used_at: string | null;
  }[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly client_secret: string;
}

export interface AuditInclusionProof {
  readonly id: string;
  /** Place in the log, from 0; the index of the leaf. */
  readonly sequenceId: number;
  /** SHA-256 of the record, as hex; empty when retention has dropped it. */
  readonly recordHash: string;
  /** The canonical form (RFC 8785), the data of the leaf; null when retention has dropped it. */
  readonly record: string | null;
  readonly leafHash: string;
  readonly treeSize: number;
  readonly rootHash: string;
  /** Hashes from the leaf up (RFC 9162 §2.1.3), as hex. */
  readonly proof: readonly string[];
  /** The signed note with tree size and root. */
  readonly checkpoint: string;
}

export interface AuditReceipt {
  readonly id: string;
  /** Place in the log of the tenant. */
  readonly sequenceId: number;
  readonly previousHash: string;
  /** SHA-256 of the record, as hex. */
  readonly recordHash: string;
}

export interface AuditRecord {
  readonly id: string;
  /** Place in the log of the tenant, from 0. */
  readonly sequenceId: number;
  readonly tenantId: string;
  readonly appId: string | null;
  readonly actorType: 'user' | 'service' | 'agent' | 'system';
  readonly actorId: string | null;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly outcome: 'success' | 'denied' | 'failure';
  readonly reason: string;
  readonly requestId: string;
  readonly ip: string | null;
  readonly policyRevision: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly personal: Readonly<Record<string, unknown>> | null;
  /** Whether the personal fields are gone, with the key that opened them. */
  readonly erased: boolean;
  /** ISO 8601. */
  readonly ts: string;
  readonly previousHash: string;
  readonly recordHash: string;
}

export interface AuthorizeQuery {
  /** The caller's own token when left out. */
  readonly token?: string | undefined;
  readonly action: string;
  readonly resource: string;
  /** It has at most 100 members, 2000 values in all and 16 levels. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

export interface Belonging {
  readonly what: string;
  readonly becomes: 'deleted' | 'ended' | 'paused' | 'kept';
  /** null where it is not counted. */
  readonly count: number | null;
  readonly note: string;
  /** The first 100, where they are named. */
  readonly items?: readonly {
    readonly id: string;
    readonly name: string;
  }[] | undefined;
}

export interface ClientInformation {
  readonly client_id: string;
  /** Unix seconds. */
  readonly client_id_issued_at: number;
  /** Shown this once; only where the app has one. */
  readonly client_secret?: string | undefined;
  /** 0: never. */
  readonly client_secret_expires_at?: number | undefined;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
  readonly client_name: string;
  readonly application_type: 'web' | 'native';
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly scope: string;
  readonly logo_uri?: string | undefined;
  readonly policy_uri?: string | undefined;
  readonly jwks?: unknown;
  readonly jwks_uri?: string | undefined;
}

export interface ClientJwks {
  readonly keys: readonly (({
    readonly kty: 'RSA';
    readonly n: string;
    readonly e: string;
    readonly alg?: 'RS256' | 'PS256' | undefined;
    readonly kid?: string | undefined;
    readonly use?: 'sig' | undefined;
    readonly key_ops?: readonly 'verify'[] | undefined;
  }) | ({
    readonly kty: 'EC';
    readonly crv: 'P-256';
    readonly x: string;
    readonly y: string;
    readonly alg?: 'ES256' | undefined;
    readonly kid?: string | undefined;
    readonly use?: 'sig' | undefined;
    readonly key_ops?: readonly 'verify'[] | undefined;
  }))[];
}

/** redirect_uris, client_name, application_type (web or native), token_endpoint_auth_method, grant_types, response_types, scope, logo_uri, policy_uri, jwks or jwks_uri. Other members are not kept. */
export type ClientMetadata = Readonly<Record<string, unknown>>;

export interface CloudEvent {
  readonly specversion: '1.0';
  /** Unique; the same wherever the event is read or sent. */
  readonly id: string;
  /** The installation: its issuer URL. */
  readonly source: string;
  /** Such as `coresdk.project.created`. */
  readonly type: string;
  /** The resource, such as `project/prj-01h…`. */
  readonly subject: string;
  /** ISO 8601. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Id of the tenant (an extension attribute). */
  readonly tenantid: string;
  /** The resource as its API shows it, or what of the change may be told; never a secret. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Credential {
  readonly id: string;
  readonly name: string;
  readonly type: 'api_key';
  /** Where the key begins, to know it by. */
  readonly keyPrefix: string;
  readonly scopes: readonly string[];
  readonly status: 'active' | 'revoked' | 'expired';
  readonly ownerType: 'user' | 'service';
  /** The user or app that the key acts as. */
  readonly ownerId: string;
  /** The app through which it was made, and with which it ends. */
  readonly appId: string;
  readonly expiresAt: string | null;
  /** After a rotation: until when the key before is good. */
  readonly previousValidUntil: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  /** Counts the changes, from 1 on; the entity tag is made of it. */
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface CredentialRotation {
  /** How long the key before stays good; 0 ends it, and tokens made from it, at once. Default: `86400`. */
  readonly overlapSeconds?: number | undefined;
}

export interface CredentialWithKey {
  readonly id: string;
  readonly name: string;
  readonly type: 'api_key';
  /** Where the key begins, to know it by. */
  readonly keyPrefix: string;
  readonly scopes: readonly string[];
  readonly status: 'active' | 'revoked' | 'expired';
  readonly ownerType: 'user' | 'service';
  /** The user or app that the key acts as. */
  readonly ownerId: string;
  /** The app through which it was made, and with which it ends. */
  readonly appId: string;
  readonly expiresAt: string | null;
  /** After a rotation: until when the key before is good. */
  readonly previousValidUntil: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  /** Counts the changes, from 1 on; the entity tag is made of it. */
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** The API key. It is shown this once. */
  readonly key: string;
}

export interface Decision {
  readonly allowed: boolean;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

export interface DetokeniseRequest {
  readonly tokens: readonly string[];
}

export interface DetokeniseResult {
  readonly items: readonly DetokenisedValue[];
}

export interface DetokenisedValue {
  readonly token: string;
  readonly value: string | null;
}

export interface File {
  readonly id: string;
  /** Its path within the tier. */
  readonly key: string;
  /** `cpod://<tenant>/<tier>/<path>` */
  readonly uri: string;
  readonly tier: 'private' | 'user' | 'shared';
  /** Bytes. */
  readonly size: number;
  /** By its bytes where they tell. */
  readonly contentType: string;
  /** SHA-256, in hex. */
  readonly checksum: string;
  readonly etag: string;
  readonly version: number;
  readonly projectId: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface FileCopy {
  readonly source: {
    /** `private`: of this app for its own token, and of this user in this app for a user’s token; `user`: of the signed-in user in all apps; `shared`: of the tenant. */
    readonly tier: 'private' | 'user' | 'shared';
    /** Names separated by `/`, at most 1,024 bytes, in NFC. */
    readonly path: string;
    readonly version?: number | undefined;
  };
  readonly target: {
    /** `private`: of this app for its own token, and of this user in this app for a user’s token; `user`: of the signed-in user in all apps; `shared`: of the tenant. */
    readonly tier: 'private' | 'user' | 'shared';
    /** Names separated by `/`, at most 1,024 bytes, in NFC. */
    readonly path: string;
  };
  /** Entity tags that the target must have. */
  readonly ifMatch?: string | undefined;
  /** There must be no target. */
  readonly ifNoneMatch?: '*' | undefined;
  readonly projectId?: string | null | undefined;
}

export interface FileMove {
  readonly source: {
    /** `private`: of this app for its own token, and of this user in this app for a user’s token; `user`: of the signed-in user in all apps; `shared`: of the tenant. */
    readonly tier: 'private' | 'user' | 'shared';
    /** Names separated by `/`, at most 1,024 bytes, in NFC. */
    readonly path: string;
  };
  readonly target: {
    /** `private`: of this app for its own token, and of this user in this app for a user’s token; `user`: of the signed-in user in all apps; `shared`: of the tenant. */
    readonly tier: 'private' | 'user' | 'shared';
    /** Names separated by `/`, at most 1,024 bytes, in NFC. */
    readonly path: string;
  };
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: '*' | undefined;
}

export interface FilePage {
  readonly items: readonly File[];
  readonly prefixes: readonly string[];
  readonly nextCursor: string | null;
}

export interface FileVersion {
  readonly version: number;
  readonly isCurrent: boolean;
  readonly size: number;
  readonly contentType: string;
  readonly checksum: string;
  readonly etag: string;
  readonly createdAt: string;
  readonly createdBy: string;
  /** When it is dropped; `null` for the current one. */
  readonly expiresAt: string | null;
}

export interface Flag {
  readonly key: string;
  /** Of its metadata, else its key. */
  readonly name: string;
  /** Whether it is on when it is evaluated without any context. */
  readonly enabled: boolean;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: Readonly<Record<string, unknown>>;
  /** `null`: the caller's own default. */
  readonly defaultVariant: string | null;
  readonly targeting: Readonly<Record<string, unknown>> | null;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
  /** For If-Match of a change. */
  readonly etag: string;
}

export interface FlagEvaluation {
  readonly key: string;
  /** Whether the flag is on: it has a value that is neither false, 0 nor empty. */
  readonly enabled: boolean;
  /** Of the variant, else `defaultValue`; null without one. */
  readonly value: unknown;
  readonly variant: string | null;
  readonly reason: 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'DISABLED' | 'STALE' | 'ERROR';
  readonly errorCode: ('FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'GENERAL') | null;
  readonly errorMessage: string;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

export interface FlagQuery {
  readonly key: string;
  /** `targetingKey` and any attributes. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  /** Given where the flag gives nothing; a value of another type is TYPE_MISMATCH. */
  readonly defaultValue?: unknown;
}

export interface Grant {
  readonly id: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly scopes: readonly string[];
  /** ISO 8601. */
  readonly created_at: string;
  readonly last_used_at: string | null;
}

export interface GrantList {
  readonly items: readonly Grant[];
}

export interface Group {
  readonly id: string;
  readonly displayName: string;
  /** Id at the identity provider. */
  readonly externalId: string | null;
  /** What the group stands for at the identity provider; gives no role here. */
  readonly role: ('owner' | 'admin' | 'member' | 'viewer') | null;
  /** User ids, the first 100; all at /members. */
  readonly members: readonly string[];
  readonly memberCount: number;
  /** Counts the changes, those of members among them, from 1 on; the entity tag is made of it. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface GroupMember {
  readonly userId: string;
  readonly addedAt: string;
}

export interface GroupPatch {
  readonly displayName?: string | undefined;
  readonly externalId?: string | null | undefined;
  readonly role?: ('owner' | 'admin' | 'member' | 'viewer') | null | undefined;
}

export interface InitialToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly maxUses: number;
  readonly uses: number;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface InitialTokenWithSecret {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly maxUses: number;
  readonly uses: number;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** The bearer token. It is shown this once. */
  readonly token: string;
}

export interface Introspection {
  readonly iss?: string | undefined;
  readonly sub?: string | undefined;
  readonly aud?: string | readonly string[] | undefined;
  readonly exp?: number | undefined;
  readonly iat?: number | undefined;
  readonly jti?: string | undefined;
  readonly client_id?: string | undefined;
  readonly scope?: string | undefined;
  readonly tenant_id?: string | undefined;
  readonly tenant_slug?: string | undefined;
  readonly app_id?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly user_id?: string | undefined;
  readonly sid?: string | undefined;
  readonly auth_time?: number | undefined;
  readonly acr?: string | undefined;
  readonly amr?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly grant_id?: string | undefined;
  readonly credential_id?: string | undefined;
  readonly principal_type?: 'agent' | undefined;
  readonly grant_type?: string | undefined;
  /** Who acts for the subject (RFC 8693 §4.1). */
  readonly act?: ActClaim | undefined;
  readonly parent_jtis?: readonly string[] | undefined;
  readonly active: boolean;
  readonly token_type?: 'Bearer' | undefined;
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: 'owner' | 'admin' | 'member' | 'viewer';
  readonly status: 'pending' | 'accepted' | 'revoked' | 'expired';
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
  /** When it was last sent. */
  readonly sentAt: string;
  readonly expiresAt: string;
}

export interface InvitationAcceptance {
  readonly password: string;
  readonly displayName?: string | undefined;
}

export interface Job {
  readonly id: string;
  readonly type: 'skill' | 'workflow' | 'sync' | 'container';
  /** What of its type it is: the skill, the task, the name of a container job. */
  readonly kind: string;
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  /** The same more exactly, in the words of gRPC. */
  readonly state: 'pending' | 'scheduling' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly progress: number;
  /** What it does now, in its own words; empty when it says nothing. */
  readonly stage: string;
  readonly input: unknown;
  /** What it gave; `null` unless it is completed. */
  readonly output: unknown;
  /** `null` unless it has failed. */
  readonly error: JobError | null;
  readonly exitCode: number | null;
  readonly image: string;
  /** 1 during the first attempt, 0 before it. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly priority: number;
  readonly timeoutSeconds: number;
  /** Not before. */
  readonly runAt: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly userId: string;
  /** The worker that has it, or had it last. */
  readonly node: string;
  readonly inputUri: string;
  readonly outputUri: string;
  readonly logsUri: string;
  /** Of the secrets it was given; never values. */
  readonly secretNames: readonly string[];
  readonly cancelReason: string;
  readonly parentId: string | null;
  readonly scheduleId: string | null;
  readonly requeuedFrom: string | null;
  readonly requeuedAs: string | null;
  /** Number of its newest event. */
  readonly lastEvent: number;
}

export interface JobCancellation {
  /** Default: `""`. */
  readonly reason?: string | undefined;
}

export interface JobError {
  readonly code: 'failed' | 'exit' | 'timeout' | 'worker_lost' | 'limit' | 'denied' | 'secrets' | 'input' | 'no_runner' | 'internal';
  readonly message: string;
}

export interface JobEvent {
  readonly jobId: string;
  /** 1, 2, 3 … without a gap; the id of the message. */
  readonly seq: number;
  readonly type: 'created' | 'scheduled' | 'started' | 'progress' | 'retrying' | 'succeeded' | 'failed' | 'cancelled';
  /** ISO 8601. */
  readonly at: string;
  readonly image?: string | undefined;
  readonly node?: string | undefined;
  readonly attempt?: number | undefined;
  readonly stage?: string | undefined;
  readonly percent?: number | undefined;
  readonly detail?: unknown;
  readonly error?: JobError | undefined;
  /** ISO 8601. */
  readonly nextAt?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly outputUri?: string | undefined;
  readonly reason?: string | undefined;
}

export interface JobLogLine {
  /** 0, 1, 2 … without a gap; the id of the message. */
  readonly line: number;
  /** ISO 8601. */
  readonly at: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface JobOutput {
  readonly items: readonly JobOutputFile[];
  /** All are on this page. */
  readonly nextCursor: null;
}

export interface JobOutputFile {
  /** Path below the output of the job. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** Signed: whoever has it may get the file, for as long as was asked. */
  readonly url: string;
}

export interface JobResourceLimits {
  /** Default: `""`. */
  readonly cpuRequest?: string | undefined;
  /** Default: `""`. */
  readonly cpuLimit?: string | undefined;
  /** Default: `""`. */
  readonly memoryRequest?: string | undefined;
  /** Default: `""`. */
  readonly memoryLimit?: string | undefined;
  /** Default: `0`. */
  readonly gpuCount?: number | undefined;
}

export interface JobRetry {
  /** How often its code is begun at most. A run whose worker is lost counts: it may have had effects. Default: `1`. */
  readonly maxAttempts?: number | undefined;
  /** Default: `5`. */
  readonly firstDelaySeconds?: number | undefined;
  /** Default: `600`. */
  readonly maxDelaySeconds?: number | undefined;
  /** Default: `2`. */
  readonly factor?: number | undefined;
}

export interface JobSchedule {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly job: ScheduledJob;
  readonly paused: boolean;
  /** Why the platform paused it: the authority that its jobs run under has ended. Resume it to run it under yours. */
  readonly pauseReason: string | null;
  /** The owner, under whose authority its jobs run. */
  readonly owner: TriggerOwner;
  /** The one who was asked to take it over by resuming it. */
  readonly pendingOwner: NewTriggerOwner | null;
  /** `null` while it is paused, or when there is none any more. */
  readonly nextAt: string | null;
  readonly lastAt: string | null;
  readonly lastJobId: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface MaskRequest {
  /** Any JSON value. */
  readonly value: unknown;
  /** Names or dotted paths (* for one part) of members to mask besides. Default: `[]`. */
  readonly extraBlockedFields?: readonly string[] | undefined;
  /** RE2 sources to mask besides, at most 20. Default: `[]`. */
  readonly extraPatterns?: readonly string[] | undefined;
  /** For personal data for which nothing else is said. Secrets stay redacted. */
  readonly strategy?: MaskingStrategy | undefined;
  /** By entity, such as EMAIL_ADDRESS. Default: `{}`. */
  readonly entityStrategies?: Readonly<Record<string, MaskingStrategy>> | undefined;
  /** By name or dotted path; a member named here is masked whole. Default: `{}`. */
  readonly fieldStrategies?: Readonly<Record<string, MaskingStrategy>> | undefined;
}

export interface MaskResult {
  /** The value, masked. */
  readonly maskedValue: unknown;
  /** What these would have matched is still there. */
  readonly refusedPatterns: readonly RefusedMaskingPattern[];
}

export interface MaskStringRequest {
  readonly value: string;
  /** RE2 sources to mask besides, at most 20. Default: `[]`. */
  readonly extraPatterns?: readonly string[] | undefined;
  /** For personal data for which nothing else is said. Secrets stay redacted. */
  readonly strategy?: MaskingStrategy | undefined;
  /** By entity, such as EMAIL_ADDRESS. Default: `{}`. */
  readonly entityStrategies?: Readonly<Record<string, MaskingStrategy>> | undefined;
}

export interface MaskStringResult {
  readonly maskedValue: string;
  /** What these would have matched is still there. */
  readonly refusedPatterns: readonly RefusedMaskingPattern[];
}

export type MaskingStrategy = 'redact' | 'mask' | 'tokenise' | 'hash' | 'format' | 'encrypt';

export interface NewApp {
  readonly client_id?: string | undefined;
  /** Default: `"service"`. */
  readonly app_type?: 'service' | 'web' | 'spa' | 'native' | undefined;
  readonly name: string;
  readonly declared_scopes?: readonly string[] | undefined;
  /** Default: `[]`. */
  readonly default_scopes?: readonly string[] | undefined;
  readonly grant_types?: readonly ('client_credentials' | 'authorization_code' | 'refresh_token')[] | undefined;
  /** Default: `[]`. */
  readonly redirect_uris?: readonly string[] | undefined;
  /** Default: `[]`. */
  readonly post_logout_redirect_uris?: readonly string[] | undefined;
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none' | undefined;
  /** Default: `3600`. */
  readonly access_token_ttl_seconds?: number | undefined;
  /** Default: `false`. */
  readonly first_party?: boolean | undefined;
  /** Default: `null`. */
  readonly logo_uri?: string | null | undefined;
  /** Default: `null`. */
  readonly policy_uri?: string | null | undefined;
  /** Default: `null`. */
  readonly jwks?: ClientJwks | null | undefined;
  /** Default: `null`. */
  readonly jwks_uri?: string | null | undefined;
  /** Whether each refresh gives a new refresh token. false: the same one goes on; only for apps that prove themselves, and needed for RefreshToken of the sidecar. Default: `true`. */
  readonly refresh_rotation?: boolean | undefined;
  /** Whether the app signs platform contexts by its secret, which is then kept sealed. A secret from before signs none: rotate it. Default: `false`. */
  readonly platform_context?: boolean | undefined;
}

export interface NewAuditEvent {
  /** Dotted, such as `invoice.approve`. Names that begin like those of the platform (`user.`, `flag.`, `tenant.` …) are reserved. */
  readonly action: string;
  /** Default: `""`. */
  readonly resourceType?: string | undefined;
  /** Default: `""`. */
  readonly resourceId?: string | undefined;
  /** Default: `"success"`. */
  readonly outcome?: 'success' | 'denied' | 'failure' | undefined;
  /** Default: `""`. */
  readonly reason?: string | undefined;
  /** At most 64 KiB; personal data in it is masked as the tenant says. Default: `{}`. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

export interface NewCredential {
  readonly name: string;
  /** Of those that the token of this call has. */
  readonly scopes: readonly string[];
  /** When it ends, in UTC; `null`: when it is revoked. Default: `null`. */
  readonly expiresAt?: string | null | undefined;
}

export interface NewGroup {
  readonly displayName: string;
  /** Default: `null`. */
  readonly externalId?: string | null | undefined;
  /** Default: `null`. */
  readonly role?: ('owner' | 'admin' | 'member' | 'viewer') | null | undefined;
  /** Default: `[]`. */
  readonly members?: readonly string[] | undefined;
}

export interface NewInitialToken {
  readonly name: string;
  /** Scopes that apps which register by it may declare. Default: `["openid","profile","email","offline_access","skills.run"]`. */
  readonly scopes?: readonly string[] | undefined;
  /** Default: `1`. */
  readonly maxUses?: number | undefined;
  /** Default: `7`. */
  readonly expiresInDays?: number | undefined;
}

export interface NewInvitation {
  readonly email: string;
  /** Default: `"member"`. */
  readonly role?: 'owner' | 'admin' | 'member' | 'viewer' | undefined;
  /** Until the invited person says otherwise. */
  readonly displayName?: string | undefined;
}

export interface NewJob {
  readonly type: 'skill' | 'workflow' | 'sync' | 'container';
  readonly kind: string;
  /** Default: `""`. */
  readonly image?: string | undefined;
  /** Default: `[]`. */
  readonly command?: readonly string[] | undefined;
  /** Default: `[]`. */
  readonly args?: readonly string[] | undefined;
  /** Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** JSON for the code. */
  readonly input?: unknown;
  /** Inline files: relative path to content in base64. Default: `{}`. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Default: `""`. */
  readonly inputUri?: string | undefined;
  /** Default: `[]`. */
  readonly secretRefs?: readonly SecretRef[] | undefined;
  /** Default: `[]`. */
  readonly secretBundles?: readonly string[] | undefined;
  /** Default: `{}`. */
  readonly limits?: JobResourceLimits | undefined;
  /** Default: `0`. */
  readonly timeoutSeconds?: number | undefined;
  /** Default: `true`. */
  readonly captureLogs?: boolean | undefined;
  /** Default: `true`. */
  readonly captureOutput?: boolean | undefined;
  /** Default: `""`. */
  readonly outputPrefix?: '' | string | undefined;
  /** Default: `""`. */
  readonly userId?: string | undefined;
  /** Default: `5`. */
  readonly priority?: number | undefined;
  /** Default: `0`. */
  readonly delaySeconds?: number | undefined;
  /** Default: `{}`. */
  readonly retry?: JobRetry | undefined;
}

export interface NewJobSchedule {
  readonly cron: string;
  /** Default: `"UTC"`. */
  readonly timeZone?: string | undefined;
  readonly job: NewScheduledJob;
  /** Default: `false`. */
  readonly paused?: boolean | undefined;
}

export interface NewProject {
  readonly key: string;
  readonly name: string;
  /** Default: `""`. */
  readonly description?: string | undefined;
  /** Default: `"planned"`. */
  readonly status?: 'planned' | 'active' | 'on_hold' | 'completed' | 'archived' | undefined;
  /** Default: `"medium"`. */
  readonly priority?: 'low' | 'medium' | 'high' | 'critical' | undefined;
  /** Default: `null`. */
  readonly startDate?: string | null | undefined;
  /** Default: `null`. */
  readonly endDate?: string | null | undefined;
  /** Default: `null`. */
  readonly budget?: number | null | undefined;
  /** Default: `[]`. */
  readonly labels?: readonly string[] | undefined;
}

export interface NewScheduledJob {
  readonly type: 'skill' | 'workflow' | 'sync' | 'container';
  readonly kind: string;
  /** Default: `""`. */
  readonly image?: string | undefined;
  /** Default: `[]`. */
  readonly command?: readonly string[] | undefined;
  /** Default: `[]`. */
  readonly args?: readonly string[] | undefined;
  /** Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** JSON for the code. */
  readonly input?: unknown;
  /** Default: `""`. */
  readonly inputUri?: string | undefined;
  /** Default: `[]`. */
  readonly secretRefs?: readonly SecretRef[] | undefined;
  /** Default: `[]`. */
  readonly secretBundles?: readonly string[] | undefined;
  /** Default: `{}`. */
  readonly limits?: JobResourceLimits | undefined;
  /** Default: `0`. */
  readonly timeoutSeconds?: number | undefined;
  /** Default: `true`. */
  readonly captureLogs?: boolean | undefined;
  /** Default: `true`. */
  readonly captureOutput?: boolean | undefined;
  /** Default: `""`. */
  readonly outputPrefix?: '' | string | undefined;
  /** Default: `""`. */
  readonly userId?: string | undefined;
  /** Default: `5`. */
  readonly priority?: number | undefined;
  /** Default: `0`. */
  readonly delaySeconds?: number | undefined;
  /** Default: `{}`. */
  readonly retry?: JobRetry | undefined;
}

export interface NewSecretVersion {
  readonly value: string;
  /** Default: `"utf8"`. */
  readonly encoding?: 'utf8' | 'base64' | undefined;
  /** Write only if this is the current version; 0: only if there is no such secret. */
  readonly cas?: number | undefined;
  /** How long the version before stays resolvable as `previous` and by its number. Default: `86400`. */
  readonly graceSeconds?: number | undefined;
  readonly maxVersions?: number | undefined;
  readonly description?: string | undefined;
}

export interface NewSignedUrl {
  readonly method: 'GET' | 'PUT';
  /** `private`: of this app for its own token, and of this user in this app for a user’s token; `user`: of the signed-in user in all apps; `shared`: of the tenant. */
  readonly tier: 'private' | 'user' | 'shared';
  /** Names separated by `/`, at most 1,024 bytes, in NFC. */
  readonly path: string;
  /** Default: `900`. */
  readonly expiresInSeconds?: number | undefined;
  /** GET: this version, whatever comes after. */
  readonly version?: number | undefined;
  readonly download?: string | undefined;
  /** PUT: at most. */
  readonly maxBytes?: number | undefined;
  /** PUT: the file must have this entity tag. */
  readonly ifMatch?: string | undefined;
  /** PUT: there must be no such file. */
  readonly ifNoneMatch?: '*' | undefined;
}

export interface NewTenant {
  readonly slug: string;
  readonly name: string;
  /** Default: `"free"`. */
  readonly plan?: 'free' | 'pro' | 'enterprise' | undefined;
  readonly logoUri?: string | null | undefined;
  readonly color?: string | null | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

export interface NewTriggerOwner {
  readonly type: 'user' | 'app';
  /** Id of the user, or client id of the app. */
  readonly id: string;
}

export interface NewWebhook {
  /** https, on a public host. */
  readonly url: string;
  /** Default: `""`. */
  readonly description?: string | undefined;
  /** Such as `coresdk.project.created`, `coresdk.group.*`; empty: all. Default: `[]`. */
  readonly types?: readonly string[] | undefined;
}

export interface OwnTenantPatch {
  readonly name?: string | undefined;
  readonly logoUri?: string | null | undefined;
  readonly color?: string | null | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

export interface OwnUserPatch {
  readonly displayName?: string | undefined;
  readonly avatarUrl?: string | null | undefined;
  readonly preferences?: {
    readonly theme?: 'system' | 'light' | 'dark' | undefined;
    readonly locale?: string | null | undefined;
    readonly notificationsEnabled?: boolean | undefined;
  } | undefined;
}

export interface Project {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly status: 'planned' | 'active' | 'on_hold' | 'completed' | 'archived';
  readonly priority: 'low' | 'medium' | 'high' | 'critical';
  readonly startDate: string | null;
  readonly endDate: string | null;
  readonly budget: number | null;
  readonly labels: readonly string[];
  /** Counts the changes, from 1 on; the entity tag is made of it. */
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** Can be restored for 30 days. */
  readonly deletedAt: string | null;
}

export interface ProjectActivity {
  readonly id: string;
  /** ISO 8601. */
  readonly ts: string;
  readonly action: string;
  readonly actorType: 'user' | 'service' | 'agent' | 'system';
  readonly actorId: string | null;
  readonly outcome: 'success' | 'denied' | 'failure';
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface ProjectMember {
  readonly userId: string;
  readonly role: 'admin' | 'member' | 'viewer';
  readonly addedAt: string;
  readonly addedBy: string;
}

export interface ProjectMemberInput {
  readonly role: 'admin' | 'member' | 'viewer';
}

export interface ProjectPatch {
  readonly key?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly status?: 'planned' | 'active' | 'on_hold' | 'completed' | 'archived' | undefined;
  readonly priority?: 'low' | 'medium' | 'high' | 'critical' | undefined;
  readonly startDate?: string | null | undefined;
  readonly endDate?: string | null | undefined;
  readonly budget?: number | null | undefined;
  readonly labels?: readonly string[] | undefined;
}

export interface ProjectTransfer {
  /** Id of an active user of the tenant. */
  readonly ownerId: string;
}

export interface RefusedMaskingPattern {
  readonly index: number;
  readonly reason: string;
}

export interface RegisteredApp {
  readonly client_id: string;
  readonly name: string;
  readonly app_type: 'service' | 'web' | 'spa' | 'native';
  readonly declared_scopes: readonly string[];
  readonly default_scopes: readonly string[];
  readonly grant_types: readonly ('client_credentials' | 'authorization_code' | 'refresh_token')[];
  readonly token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  readonly redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly first_party: boolean;
  readonly access_token_ttl_seconds: number;
  readonly logo_uri: string | null;
  readonly policy_uri: string | null;
  readonly jwks: ClientJwks | null;
  readonly jwks_uri: string | null;
  readonly refresh_rotation: boolean;
  readonly platform_context: boolean;
  readonly secrets: readonly {
    readonly id: string;
    readonly created_at: string;
    readonly expires_at: string | null;
    readonly last_used_at: string | null;
  }[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly client_secret?: string | undefined;
}

export interface RegisteredSkill {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly runtime: 'javascript' | 'http' | 'builtin';
  readonly inputSchema: Readonly<Record<string, unknown>> | boolean;
  readonly outputSchema: Readonly<Record<string, unknown>> | boolean;
  /** The newest. */
  readonly version: number;
  /** SHA-256 of what was registered as that version, hex. */
  readonly hash: string;
  /** A run that names nothing runs what `prod` names, else the newest version. */
  readonly aliases: Readonly<Record<string, number>>;
  /** Counts the changes; the entity tag is made of it. */
  readonly revision: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** False when the newest version is the same, and so stays the newest. */
  readonly isNew: boolean;
  /** Signs the calls of the runtime `http` (Standard Webhooks); shown once, with the first such version. */
  readonly signingSecret: string | null;
}

export interface ResolvedSecrets {
  readonly resolved: readonly {
    readonly name: string;
    readonly value: string;
    readonly encoding: 'utf8' | 'base64';
    readonly version: string;
    readonly bundle: string | null;
    readonly ref: SecretRef;
  }[];
  readonly unresolved: readonly {
    readonly name: string;
    readonly bundle: string | null;
    readonly code: 'not_found' | 'unavailable' | 'internal';
    readonly message: string;
  }[];
}

export interface ScheduledJob {
  readonly type: 'skill' | 'workflow' | 'sync' | 'container';
  readonly kind: string;
  /** Default: `""`. */
  readonly image: string;
  /** Default: `[]`. */
  readonly command: readonly string[];
  /** Default: `[]`. */
  readonly args: readonly string[];
  /** Default: `{}`. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: `""`. */
  readonly inputUri: string;
  /** Default: `[]`. */
  readonly secretRefs: readonly SecretRef[];
  /** Default: `[]`. */
  readonly secretBundles: readonly string[];
  readonly limits: JobResourceLimits;
  /** Default: `0`. */
  readonly timeoutSeconds: number;
  /** Default: `true`. */
  readonly captureLogs: boolean;
  /** Default: `true`. */
  readonly captureOutput: boolean;
  /** Default: `""`. */
  readonly outputPrefix: '' | string;
  /** Default: `""`. */
  readonly userId: string;
  /** Default: `5`. */
  readonly priority: number;
  /** Default: `0`. */
  readonly delaySeconds: number;
  readonly retry: JobRetry;
  readonly input: unknown;
}

export interface Secret {
  readonly name: string;
  readonly description: string;
  readonly currentVersion: number;
  readonly maxVersions: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

export interface SecretRef {
  readonly name: string;
  /** Empty: the own store. Default: `""`. */
  readonly provider?: '' | string | undefined;
  /** Path at the provider; in the own store the name of the secret, by default `name`. Default: `""`. */
  readonly path?: '' | string | undefined;
  /** Empty: latest. In the own store also a number, or `previous`. Default: `""`. */
  readonly version?: string | undefined;
  /** Default: `""`. */
  readonly delivery?: '' | 'env' | 'file' | undefined;
}

export interface SecretResolution {
  /** Default: `[]`. */
  readonly bundles?: readonly string[] | undefined;
  /** Default: `[]`. */
  readonly refs?: readonly SecretRef[] | undefined;
  /** For the record and for conditions of grants, such as `chat:<session>`. Default: `""`. */
  readonly contextId?: string | undefined;
}

export interface SecretRotation {
  /** Default: `86400`. */
  readonly overlap_seconds?: number | undefined;
}

export interface SecretVersion {
  readonly version: number;
  /** `current` and `grace` are resolved; `destroyed` has no bytes any more. */
  readonly state: 'current' | 'grace' | 'superseded' | 'deleted' | 'destroyed';
  readonly createdAt: string;
  readonly createdBy: string;
  readonly resolvableUntil: string | null;
  readonly destroyedAt: string | null;
}

export interface SelfRegistration {
  readonly enabled: boolean;
  /** Null while nobody has set it. */
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
}

/** What is registered already stays. */
export interface SelfRegistrationOrder {
  readonly enabled: boolean;
}

export interface SentInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: 'owner' | 'admin' | 'member' | 'viewer';
  readonly status: 'pending' | 'accepted' | 'revoked' | 'expired';
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
  /** When it was last sent. */
  readonly sentAt: string;
  readonly expiresAt: string;
  /** Only in development without SMTP_URL, where nothing is mailed: what the mail would have. */
  readonly link?: string | undefined;
}

export interface Session {
  readonly id: string;
  readonly createdAt: string;
  /** At most a minute old. */
  readonly lastSeenAt: string;
  /** When the user last proved who they are. */
  readonly authenticatedAt: string;
  readonly expiresAt: string;
  readonly ip: string;
  readonly userAgent: string;
}

export type ShownSkillDefinition = ({
  readonly runtime: 'javascript';
  /** Default: `""`. */
  readonly description: string;
  /** Default: `""`. */
  readonly category: string;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly inputSchema: Readonly<Record<string, unknown>> | boolean;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly outputSchema: Readonly<Record<string, unknown>> | boolean;
  /** One ES module whose default export is `(input, capabilities) => output`, async or not. */
  readonly source?: string | undefined;
  /** Of `source`. Default: `"javascript"`. */
  readonly language: 'javascript' | 'typescript';
  /** Instead of `source`: ES modules by path, which import each other by relative paths. */
  readonly modules?: Readonly<Record<string, string>> | undefined;
  /** The first of `modules`; by default main.ts or main.js. */
  readonly main?: string | undefined;
  readonly grants: SkillGrants;
  /** Capabilities act with the rights of whoever registers this version; without it with those of its caller. */
  readonly runAs?: 'owner' | undefined;
  /** Default: `60`. */
  readonly timeoutSeconds: number;
  /** Default: `10`. */
  readonly cpuSeconds: number;
}) | ({
  readonly runtime: 'http';
  /** Default: `""`. */
  readonly description: string;
  /** Default: `""`. */
  readonly category: string;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly inputSchema: Readonly<Record<string, unknown>> | boolean;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly outputSchema: Readonly<Record<string, unknown>> | boolean;
  /** https, on a public host; is posted the input, and answers the output. */
  readonly url: string;
  /** Default: `60`. */
  readonly timeoutSeconds: number;
}) | ({
  readonly runtime: 'builtin';
  /** Default: `""`. */
  readonly description: string;
  /** Default: `""`. */
  readonly category: string;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly inputSchema: Readonly<Record<string, unknown>> | boolean;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly outputSchema: Readonly<Record<string, unknown>> | boolean;
});

export interface SignedUrl {
  readonly url: string;
  readonly method: 'GET' | 'PUT';
  readonly expiresAt: string;
}

export interface Skill {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly runtime: 'javascript' | 'http' | 'builtin';
  readonly inputSchema: Readonly<Record<string, unknown>> | boolean;
  readonly outputSchema: Readonly<Record<string, unknown>> | boolean;
  /** The newest. */
  readonly version: number;
  /** SHA-256 of what was registered as that version, hex. */
  readonly hash: string;
  /** A run that names nothing runs what `prod` names, else the newest version. */
  readonly aliases: Readonly<Record<string, number>>;
  /** Counts the changes; the entity tag is made of it. */
  readonly revision: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface SkillAliasOrder {
  readonly version: number;
}

export type SkillDefinition = ({
  readonly runtime: 'javascript';
  /** Default: `""`. */
  readonly description?: string | undefined;
  /** Default: `""`. */
  readonly category?: string | undefined;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly inputSchema?: Readonly<Record<string, unknown>> | boolean | undefined;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly outputSchema?: Readonly<Record<string, unknown>> | boolean | undefined;
  /** One ES module whose default export is `(input, capabilities) => output`, async or not. */
  readonly source?: string | undefined;
  /** Of `source`. Default: `"javascript"`. */
  readonly language?: 'javascript' | 'typescript' | undefined;
  /** Instead of `source`: ES modules by path, which import each other by relative paths. */
  readonly modules?: Readonly<Record<string, string>> | undefined;
  /** The first of `modules`; by default main.ts or main.js. */
  readonly main?: string | undefined;
  /** Default: `{}`. */
  readonly grants?: SkillGrants | undefined;
  /** Capabilities act with the rights of whoever registers this version; without it with those of its caller. */
  readonly runAs?: 'owner' | undefined;
  /** Default: `60`. */
  readonly timeoutSeconds?: number | undefined;
  /** Default: `10`. */
  readonly cpuSeconds?: number | undefined;
}) | ({
  readonly runtime: 'http';
  /** Default: `""`. */
  readonly description?: string | undefined;
  /** Default: `""`. */
  readonly category?: string | undefined;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly inputSchema?: Readonly<Record<string, unknown>> | boolean | undefined;
  /** JSON Schema 2020-12 without remote references. Default: `true`. */
  readonly outputSchema?: Readonly<Record<string, unknown>> | boolean | undefined;
  /** https, on a public host; is posted the input, and answers the output. */
  readonly url: string;
  /** Default: `60`. */
  readonly timeoutSeconds?: number | undefined;
});

export interface SkillGrants {
  /** Hosts that it may call by https. Default: `[]`. */
  readonly http?: readonly string[] | undefined;
  /** Secrets of the tenant that it may read, as far as whoever runs it may. Default: `[]`. */
  readonly secrets?: readonly string[] | undefined;
  /** Default: `[]`. */
  readonly files?: readonly {
    readonly tier: 'private' | 'user' | 'shared';
    /** Default: `""`. */
    readonly prefix?: string | undefined;
    /** `write` includes `read`. Default: `"read"`. */
    readonly access?: 'read' | 'write' | undefined;
  }[] | undefined;
  /** Keys of flags; `*` for all. Default: `[]`. */
  readonly flags?: readonly string[] | undefined;
  /** Skills that it may run. Default: `[]`. */
  readonly skills?: readonly string[] | undefined;
}

export interface SkillRun {
  /** Of the job: /v1/jobs has its events, its log, and how it is cancelled. */
  readonly id: string;
  readonly type: 'skill' | 'workflow' | 'sync' | 'container';
  readonly skill: string;
  /** `name:version@sha256:hash` */
  readonly version: string;
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly progress: number;
  readonly stage: string;
  /** When it has completed; null before. */
  readonly output: unknown;
  readonly error: {
    readonly code: string;
    readonly message: string;
  } | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

export interface SkillRunOrder {
  /** Fits the inputSchema of the version that runs. */
  readonly input?: unknown;
  readonly alias?: string | undefined;
  readonly version?: number | undefined;
  readonly priority?: number | undefined;
  readonly delaySeconds?: number | undefined;
  /** How often its code is begun at most. A run whose worker is lost counts: it may have had effects. Default: `1`. */
  readonly maxAttempts?: number | undefined;
}

export interface SkillSigningRotation {
  /** For how long calls are signed by the secret before as well. Default: `86400`. */
  readonly overlapSeconds?: number | undefined;
}

export interface SkillSigningSecret {
  readonly signingSecret: string;
}

export interface SkillVersion {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly runtime: 'javascript' | 'http' | 'builtin';
  readonly description: string;
  readonly aliases: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface SnapshotFlagEvaluation {
  readonly key: string;
  /** Whether the flag is on: it has a value that is neither false, 0 nor empty. */
  readonly enabled: boolean;
  /** Of the variant, else `defaultValue`; null without one. */
  readonly value: unknown;
  readonly variant: string | null;
  readonly reason: 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'DISABLED' | 'STALE' | 'ERROR';
  readonly errorCode: ('FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'GENERAL') | null;
  readonly errorMessage: string;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
  /** Version of the tenant's flags that this was made by. */
  readonly snapshotId: string;
}

export interface SnapshotFlagEvaluations {
  /** Version of the tenant's flags that this was made by. */
  readonly snapshotId: string;
  readonly evaluations: readonly FlagEvaluation[];
}

export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly plan: 'free' | 'pro' | 'enterprise';
  readonly status: 'active' | 'suspended' | 'pending_deletion';
  readonly logoUri: string | null;
  readonly color: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Until when a tenant that is pending_deletion can be activated again. */
  readonly eraseAfter: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface TenantPatch {
  readonly name?: string | undefined;
  readonly plan?: 'free' | 'pro' | 'enterprise' | undefined;
  readonly logoUri?: string | null | undefined;
  readonly color?: string | null | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
  readonly issued_token_type?: string | undefined;
  readonly refresh_token?: string | undefined;
  readonly id_token?: string | undefined;
}

export interface TriggerOwner {
  readonly type: 'user' | 'app' | 'agent' | 'system';
  readonly id: string;
  /** The app by which the owner saved it. */
  readonly appId: string | null;
}

export interface User {
  readonly id: string;
  /** null for one whom an identity provider made without. */
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly role: 'owner' | 'admin' | 'member' | 'viewer';
  readonly status: 'invited' | 'active' | 'suspended' | 'deactivated';
  readonly preferences: UserPreferences;
  /** Counts the changes, from 1 on; the entity tag is made of it. */
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string | null;
  readonly updatedAt: string;
  readonly updatedBy: string | null;
}

export interface UserExportOrder {
  /** `jsonl`: a user as the API has it on each line. `csv`: RFC 4180, with a first line of names. Default: `"jsonl"`. */
  readonly format?: 'jsonl' | 'csv' | undefined;
}

export interface UserImportFault {
  /** Of the file, from 1 on. */
  readonly line: number;
  /** The column; empty for the whole row. */
  readonly member: string;
  readonly code: string;
  readonly message: string;
}

export interface UserImportReport {
  readonly dryRun: boolean;
  readonly rows: number;
  /** Rows whose address is a user’s now, whether this import made them or they were there. */
  readonly imported: number;
  /** Rows with a fault. Nothing is imported while there is one. */
  readonly faulty: number;
  /** The first 100. */
  readonly faults: readonly UserImportFault[];
}

export interface UserPatch {
  readonly displayName?: string | undefined;
  readonly role?: 'owner' | 'admin' | 'member' | 'viewer' | undefined;
  readonly status?: 'active' | 'suspended' | 'deactivated' | undefined;
}

export interface UserPreferences {
  readonly theme: 'system' | 'light' | 'dark';
  /** BCP 47; null for the browser’s. */
  readonly locale: string | null;
  readonly notificationsEnabled: boolean;
}

export interface UserRemoval {
  readonly id: string;
  /** False for a dry run. */
  readonly removed: boolean;
  readonly belongings: readonly Belonging[];
}

export interface Userinfo {
  readonly sub: string;
  readonly name?: string | undefined;
  readonly picture?: string | undefined;
  readonly locale?: string | undefined;
  readonly updated_at?: number | undefined;
  readonly email?: string | undefined;
  readonly email_verified?: boolean | undefined;
}

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** Types and families that are sent; all when empty. */
  readonly types: readonly string[];
  readonly status: 'active' | 'paused';
  /** `gone`: the receiver answered 410; `failing`: it took nothing for too long. */
  readonly pausedReason: ('request' | 'gone' | 'failing') | null;
  /** Since when nothing was taken. */
  readonly failingSince: string | null;
  readonly lastError: string | null;
  /** Until when deliveries are signed by the secret before the rotation as well. */
  readonly previousSecretUntil: string | null;
  /** Counts the changes, from 1 on; the entity tag is made of it. */
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface WebhookDelivery {
  readonly id: string;
  readonly type: string;
  /** `dead`: tried for three days in vain; a replay tries it anew. */
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  /** HTTP status of the last attempt. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly endedAt: string | null;
}

export interface WebhookPatch {
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly types?: readonly string[] | undefined;
  /** `active` lets a paused webhook go on with what has waited. */
  readonly status?: 'active' | 'paused' | undefined;
}

export interface WebhookReplay {
  /** How many are tried again; 10000 at a time. */
  readonly replayed: number;
}

export interface WebhookSecretRotation {
  /** For how long deliveries are signed by the secret before as well. Default: `86400`. */
  readonly overlapSeconds?: number | undefined;
}

export interface WebhookTest {
  readonly delivered: boolean;
  /** HTTP status; `null` when there was no answer. */
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
}

export interface WebhookWithSecret {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** Types and families that are sent; all when empty. */
  readonly types: readonly string[];
  readonly status: 'active' | 'paused';
  /** `gone`: the receiver answered 410; `failing`: it took nothing for too long. */
  readonly pausedReason: ('request' | 'gone' | 'failing') | null;
  /** Since when nothing was taken. */
  readonly failingSince: string | null;
  readonly lastError: string | null;
  /** Until when deliveries are signed by the secret before the rotation as well. */
  readonly previousSecretUntil: string | null;
  /** Counts the changes, from 1 on; the entity tag is made of it. */
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** Signs deliveries (Standard Webhooks); shown this once. */
  readonly secret: string;
}

export interface WholeSkillVersion {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly runtime: 'javascript' | 'http' | 'builtin';
  readonly description: string;
  readonly aliases: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly definition: ShownSkillDefinition;
}

export interface WholeWorkflowRun {
  /** Id of the job. */
  readonly id: string;
  /** Name of the workflow. */
  readonly workflow: string;
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly input: unknown;
  readonly output: unknown;
  readonly error: {
    readonly code: string;
    readonly message: string;
  } | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** Null before it has begun. */
  readonly workflowId: string | null;
  readonly version: number | null;
  readonly steps: readonly WorkflowRunStep[];
  readonly graph: {
    readonly mermaid: string;
    readonly svg: string;
  } | null;
}

export interface WholeWorkflowVersion {
  readonly id: string;
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly definition: WorkflowDefinition;
}

export interface Workflow {
  readonly name: string;
  /** Default: `""`. */
  readonly description: string;
  /** Default: `"active"`. */
  readonly status: 'active' | 'draft' | 'disabled';
  readonly trigger: WorkflowTrigger;
  /** JSON Schema 2020-12 for the input, without remote references. */
  readonly inputSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly steps: readonly WorkflowStep[];
  /** What a run gives; without it the outputs of its last steps. */
  readonly output?: unknown;
  /** For which a run may work at a time; waits do not count. Default: `86400`. */
  readonly timeoutSeconds: number;
  readonly id: string;
  /** Counts up at each change; the entity tag is made of it. */
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface WorkflowApprovalOrder {
  /** Default: `"approve"`. */
  readonly decision?: 'approve' | 'reject' | undefined;
  /** Default: `""`. */
  readonly comment?: string | undefined;
}

export interface WorkflowCancelOrder {
  /** Default: `""`. */
  readonly reason?: string | undefined;
  /** Undo what was done, in a run of its own. Default: `false`. */
  readonly compensate?: boolean | undefined;
}

export interface WorkflowCancelled {
  readonly run: WorkflowRun;
  readonly compensationJobId: string | null;
}

export interface WorkflowDefinition {
  readonly name: string;
  /** Default: `""`. */
  readonly description?: string | undefined;
  /** Default: `"active"`. */
  readonly status?: 'active' | 'draft' | 'disabled' | undefined;
  readonly trigger: WorkflowTrigger;
  /** JSON Schema 2020-12 for the input, without remote references. */
  readonly inputSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly steps: readonly WorkflowStep[];
  /** What a run gives; without it the outputs of its last steps. */
  readonly output?: unknown;
  /** For which a run may work at a time; waits do not count. Default: `86400`. */
  readonly timeoutSeconds?: number | undefined;
}

export interface WorkflowDiff {
  readonly from: number;
  readonly to: number;
  /** Ids of steps. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Other members of the definition that differ. */
  readonly members: readonly string[];
}

export interface WorkflowHook {
  /** Where signed calls (Standard Webhooks) are sent. */
  readonly url: string;
  /** `whsec_` and base64. It is shown here alone. */
  readonly secret: string;
}

export interface WorkflowHookRotation {
  /** For how long calls that are signed with the secret before are taken as well. Default: `86400`. */
  readonly overlapSeconds?: number | undefined;
}

export interface WorkflowRetry {
  /** Default: `1`. */
  readonly maxAttempts?: number | undefined;
  /** Default: `1`. */
  readonly firstDelaySeconds?: number | undefined;
  /** Default: `300`. */
  readonly maxDelaySeconds?: number | undefined;
  /** Default: `2`. */
  readonly factor?: number | undefined;
  /** Faults that are tried again; each wait is less up to a half by chance. Default: `["timeout","unreachable","status"]`. */
  readonly on?: readonly ('timeout' | 'unreachable' | 'status' | 'failed' | 'template' | 'limit' | 'denied' | 'expired' | 'secrets')[] | undefined;
}

export interface WorkflowRun {
  /** Id of the job. */
  readonly id: string;
  /** Name of the workflow. */
  readonly workflow: string;
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly input: unknown;
  readonly output: unknown;
  readonly error: {
    readonly code: string;
    readonly message: string;
  } | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

export interface WorkflowRunStep {
  /** Of the step; with `:undo` of what undoes it. */
  readonly id: string;
  readonly type: string;
  readonly status: 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped';
  readonly attempt: number;
  readonly output: unknown;
  readonly error: {
    readonly code: string;
    readonly message: string;
  } | null;
  /** When it goes on, or what it waits for expires. */
  readonly dueAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export type WorkflowStep = ({
  readonly type: 'skill';
  readonly id: string;
  /** Default: `[]`. */
  readonly dependsOn?: readonly string[] | undefined;
  /** Such as `steps.check.output.ok && input.amount > 10`; the step is skipped unless it holds. */
  readonly condition?: string | undefined;
  /** Default: `"fail"`. */
  readonly onError?: 'fail' | 'continue' | 'compensate' | undefined;
  readonly retry?: WorkflowRetry | undefined;
  /** Of one attempt. Default: `30`. */
  readonly timeoutSeconds?: number | undefined;
  readonly undo?: WorkflowUndo | undefined;
  /** Without a version: the one that the skill means when the step runs. */
  readonly skill: string;
  readonly input?: unknown;
}) | ({
  readonly type: 'webhook';
  readonly id: string;
  /** Default: `[]`. */
  readonly dependsOn?: readonly string[] | undefined;
  /** Such as `steps.check.output.ok && input.amount > 10`; the step is skipped unless it holds. */
  readonly condition?: string | undefined;
  /** Default: `"fail"`. */
  readonly onError?: 'fail' | 'continue' | 'compensate' | undefined;
  readonly retry?: WorkflowRetry | undefined;
  /** Of one attempt. Default: `30`. */
  readonly timeoutSeconds?: number | undefined;
  readonly undo?: WorkflowUndo | undefined;
  readonly url: string;
  /** Default: `"POST"`. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Secret of the tenant, `whsec_` and base64, that calls are signed with (Standard Webhooks). */
  readonly secret?: string | undefined;
}) | ({
  readonly type: 'workflow';
  readonly id: string;
  /** Default: `[]`. */
  readonly dependsOn?: readonly string[] | undefined;
  /** Such as `steps.check.output.ok && input.amount > 10`; the step is skipped unless it holds. */
  readonly condition?: string | undefined;
  /** Default: `"fail"`. */
  readonly onError?: 'fail' | 'continue' | 'compensate' | undefined;
  readonly retry?: WorkflowRetry | undefined;
  /** Of one attempt. Default: `30`. */
  readonly timeoutSeconds?: number | undefined;
  readonly undo?: WorkflowUndo | undefined;
  readonly workflow: string;
  readonly input?: unknown;
}) | ({
  readonly type: 'wait';
  readonly id: string;
  /** Default: `[]`. */
  readonly dependsOn?: readonly string[] | undefined;
  /** Such as `steps.check.output.ok && input.amount > 10`; the step is skipped unless it holds. */
  readonly condition?: string | undefined;
  /** Default: `"fail"`. */
  readonly onError?: 'fail' | 'continue' | 'compensate' | undefined;
  readonly seconds?: number | undefined;
  /** A moment (ISO 8601), often a template. */
  readonly until?: string | undefined;
}) | ({
  readonly type: 'switch';
  readonly id: string;
  /** Default: `[]`. */
  readonly dependsOn?: readonly string[] | undefined;
  /** Such as `steps.check.output.ok && input.amount > 10`; the step is skipped unless it holds. */
  readonly condition?: string | undefined;
  /** Default: `"fail"`. */
  readonly onError?: 'fail' | 'continue' | 'compensate' | undefined;
  /** The first case that holds says which steps may run; those of the others are skipped. */
  readonly cases: readonly {
    readonly when: string;
    readonly steps: readonly string[];
  }[];
  /** Default: `[]`. */
  readonly default?: readonly string[] | undefined;
}) | ({
  readonly type: 'approval';
  readonly id: string;
  /** Default: `[]`. */
  readonly dependsOn?: readonly string[] | undefined;
  /** Such as `steps.check.output.ok && input.amount > 10`; the step is skipped unless it holds. */
  readonly condition?: string | undefined;
  /** Default: `"fail"`. */
  readonly onError?: 'fail' | 'continue' | 'compensate' | undefined;
  /** The least role of who may approve. Default: `"admin"`. */
  readonly role?: 'owner' | 'admin' | 'member' | 'viewer' | undefined;
  /** Default: `604800`. */
  readonly expiresSeconds?: number | undefined;
  readonly message?: string | undefined;
});

/** The input of a run is what is given by hand, by the schedule, the event (a CloudEvent), or the body sent. */
export type WorkflowTrigger = {
  readonly type: 'manual';
} | ({
  readonly type: 'schedule';
  readonly cron: string;
  /** Default: `"UTC"`. */
  readonly timezone?: string | undefined;
  readonly input?: unknown;
}) | ({
  readonly type: 'event';
  /** A type such as `coresdk.project.created`, or a family such as `coresdk.project.*`. */
  readonly event: string;
  /** Only events of this subject, such as `project/prj-…`; with `*` at its end, of all that begin so. */
  readonly subject?: string | undefined;
}) | {
  readonly type: 'webhook';
};

export interface WorkflowTriggerOrder {
  readonly input?: unknown;
}

export interface WorkflowTriggerState {
  readonly type: 'manual' | 'schedule' | 'event' | 'webhook';
  /** `paused`: by the platform, for the reason in `pauseReason`. `off`: the workflow is not active, or run by hand. */
  readonly status: 'active' | 'paused' | 'off';
  /** Why the platform paused it: the authority that its runs have has ended. Resume it to run it under yours. */
  readonly pauseReason: string | null;
  /** Whoever saved it, resumed it, or took it over last. */
  readonly owner: TriggerOwner | null;
  /** The one who was asked to take it over by resuming it. */
  readonly pendingOwner: NewTriggerOwner | null;
}

export interface WorkflowTriggered {
  readonly jobId: string;
}

export type WorkflowUndo = {
  readonly type: 'skill';
  /** Without a version: the one that the skill means when the step runs. */
  readonly skill: string;
  readonly input?: unknown;
} | ({
  readonly type: 'webhook';
  readonly url: string;
  /** Default: `"POST"`. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Secret of the tenant, `whsec_` and base64, that calls are signed with (Standard Webhooks). */
  readonly secret?: string | undefined;
});

export interface WorkflowVerdict {
  readonly isValid: boolean;
  readonly errors: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly message: string;
  }[];
  /** As it would be saved; null unless it is valid. */
  readonly definition: WorkflowDefinition | null;
}

export interface WorkflowVersion {
  readonly id: string;
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** Query of: Change an app. */
export type AppsUpdateQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Change name, logo, colour or settings of the own tenant. */
export type OwnTenantUpdateQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Delete a file; its versions can be copied back for a while. */
export type FilesRemoveQuery = {
  /** `drop`: nothing is kept of it, and its room is free at once. Default: `"keep"`. */
  readonly versions?: 'keep' | 'drop' | undefined;
};

/** Query of: Delete a user; the answer says what becomes of what hangs on them. */
export type UsersRemoveQuery = {
  /** `true`: only tell what would become of what hangs on the user. Default: `"false"`. */
  readonly dryRun?: 'true' | 'false' | undefined;
};

/** Query of: Delete an app and revoke all that was issued to it. */
export type AppsRemoveQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
  /** Has what hangs on the app reported, in an answer 200; `true`: and nothing deleted. Left out: an answer 204. */
  readonly dryRun?: 'true' | 'false' | undefined;
};

/** Query of: End an initial access token; apps that registered by it stay. */
export type SelfRegistrationRemoveTokenQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Export the audit log in its order: JSON lines, CSV or CloudEvents. */
export type AuditExportQuery = {
  /** Id of who acted. */
  readonly actor?: string | undefined;
  /** An action, or all that begin so: `project.*`. */
  readonly action?: string | undefined;
  /** A type, an id, or `type/id`. */
  readonly resource?: string | undefined;
  readonly outcome?: 'success' | 'denied' | 'failure' | undefined;
  /** From this moment on. */
  readonly from?: string | undefined;
  /** Before this moment. */
  readonly to?: string | undefined;
  /** A text anywhere in ids, action, resource, reason, request id or metadata; case does not matter. */
  readonly q?: string | undefined;
  /** Default: `"jsonl"`. */
  readonly format?: 'jsonl' | 'csv' | 'cloudevents' | undefined;
  /** Go on after the record with this sequenceId: the last that arrived of an export that broke off. */
  readonly after?: number | undefined;
};

/** Query of: Follow what happens (Server-Sent Events), or read it in pages (Accept: application/json). */
export type EventsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** Types or families, separated by commas: `coresdk.project.created,coresdk.group.*`. */
  readonly type?: string | undefined;
  /** One resource, such as `project/prj-01h…`. */
  readonly subject?: string | undefined;
};

/** Query of: Follow what happens to a job, to its end (Server-Sent Events). */
export type JobStreamsEventsQuery = {
  /** Without Last-Event-ID: all that has happened and will, or only what happens from now on. Default: `"beginning"`. */
  readonly from?: 'beginning' | 'now' | undefined;
};

/** Query of: Get a file by a signed URL. */
export type SignedUrlsGetQuery = {
  readonly signature: string;
};

/** Query of: Get a file, or a range of it. */
export type FilesGetQuery = {
  /** An earlier version. */
  readonly version?: number | undefined;
  /** To be saved under this name. */
  readonly download?: string | undefined;
};

/** Query of: Get an app. */
export type AppsGetQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Get the tenant of the token. */
export type OwnTenantGetQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Give an app a new secret. */
export type AppsRotateSecretQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Import up to 10000 users: all of them or none. */
export type UserImportRunQuery = {
  /** `true`: check every row and write nothing. Default: `"false"`. */
  readonly dryRun?: 'true' | 'false' | undefined;
};

/** Query of: Let apps register themselves by an initial access token, or no longer. */
export type SelfRegistrationSetQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: List API keys: your own, or all of the tenant with the scope admin. */
export type CredentialsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | 'name' | '-name' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly status?: 'active' | 'revoked' | 'expired' | undefined;
  /** Of others: for administrators. */
  readonly ownerId?: string | undefined;
};

/** Query of: List apps by client id. */
export type AppsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: List files by the beginning of their paths. */
export type FilesListQuery = {
  /** `private`: of this app for its own token, and of this user in this app for a user’s token; `user`: of the signed-in user in all apps; `shared`: of the tenant. */
  readonly tier: 'private' | 'user' | 'shared';
  /** What the paths begin with. Default: `""`. */
  readonly prefix?: string | undefined;
  /** What lies deeper than the next `/` after the prefix is one entry of `prefixes`. */
  readonly delimiter?: '/' | undefined;
  /** Of this project alone. */
  readonly projectId?: string | undefined;
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
};

/** Query of: List flags by key. */
export type FlagsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
};

/** Query of: List groups. */
export type GroupsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | 'displayName' | '-displayName' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly role?: 'owner' | 'admin' | 'member' | 'viewer' | undefined;
  readonly externalId?: string | undefined;
};

/** Query of: List initial access tokens. */
export type SelfRegistrationListTokensQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: List invitations. */
export type InvitationsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly status?: 'pending' | 'accepted' | 'revoked' | 'expired' | undefined;
};

/** Query of: List jobs, newest first. */
export type JobsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** Default: `"-createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly type?: 'skill' | 'workflow' | 'sync' | 'container' | undefined;
  readonly kind?: string | undefined;
  readonly userId?: string | undefined;
  readonly parentId?: string | undefined;
  readonly scheduleId?: string | undefined;
  /** One or more of queued, running, completed, failed, cancelled, pending, scheduling, succeeded, with commas between. */
  readonly status?: string | undefined;
};

/** Query of: List projects. */
export type ProjectsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | 'name' | '-name' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly key?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly status?: 'planned' | 'active' | 'on_hold' | 'completed' | 'archived' | undefined;
  readonly priority?: 'low' | 'medium' | 'high' | 'critical' | undefined;
  /** That it has this label. */
  readonly label?: string | undefined;
  /** `true`: what can be restored instead. Default: `"false"`. */
  readonly deleted?: 'false' | 'true' | undefined;
};

/** Query of: List secrets by name, without values. */
export type SecretsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
};

/** Query of: List skills by name. */
export type SkillsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"name"`. */
  readonly sort?: 'name' | '-name' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly category?: string | undefined;
  readonly runtime?: 'javascript' | 'http' | 'builtin' | undefined;
};

/** Query of: List tenants, oldest first. */
export type TenantsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
};

/** Query of: List the files that a job left, with signed URLs; none before it has ended. */
export type JobsOutputQuery = {
  /** How long the signed URLs are good for. Default: `900`. */
  readonly ttlSeconds?: number | undefined;
};

/** Query of: List the members of a group. */
export type GroupsMembersQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"userId"`. */
  readonly sort?: 'userId' | '-userId' | 'addedAt' | '-addedAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
};

/** Query of: List the members of a project, beside its owner. */
export type ProjectMembersMembersQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"addedAt"`. */
  readonly sort?: 'addedAt' | '-addedAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly role?: 'admin' | 'member' | 'viewer' | undefined;
};

/** Query of: List the runs of a workflow, newest first. */
export type WorkflowRunsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** Default: `"-createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly status?: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | undefined;
};

/** Query of: List the versions of a file, newest first. */
export type FilesVersionsQuery = {
  /** `private`: of this app for its own token, and of this user in this app for a user’s token; `user`: of the signed-in user in all apps; `shared`: of the tenant. */
  readonly tier: 'private' | 'user' | 'shared';
  /** Names separated by `/`, at most 1,024 bytes, in NFC. */
  readonly path: string;
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
};

/** Query of: List the versions of a secret, newest first, without values. */
export type SecretsVersionsQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
};

/** Query of: List the versions of a skill. */
export type SkillsVersionsQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** Newest first by default. Default: `"-version"`. */
  readonly sort?: '-version' | 'version' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
};

/** Query of: List the versions of a workflow. */
export type WorkflowsVersionsQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** Newest first by default. Default: `"-version"`. */
  readonly sort?: '-version' | 'version' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
};

/** Query of: List users. */
export type UsersListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"email"`. */
  readonly sort?: 'email' | '-email' | 'name' | '-name' | 'createdAt' | '-createdAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly status?: 'invited' | 'active' | 'suspended' | 'deactivated' | undefined;
  readonly role?: 'owner' | 'admin' | 'member' | 'viewer' | undefined;
  /** That the address or the name begins so, without case. The list is in the order of what was found: `sort` is `email` or `-email`. */
  readonly q?: string | undefined;
};

/** Query of: List webhooks. */
export type WebhooksListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly status?: 'active' | 'paused' | undefined;
};

/** Query of: List what is to be sent, was, or could not be. */
export type WebhooksDeliveriesQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** Newest first by default. Default: `"-createdAt"`. */
  readonly sort?: '-createdAt' | 'createdAt' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly status?: 'pending' | 'delivered' | 'dead' | undefined;
  readonly type?: string | undefined;
};

/** Query of: List workflows. */
export type WorkflowsListQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
  /** What the list is sorted by; with "-" the other way round. Default: `"createdAt"`. */
  readonly sort?: 'createdAt' | '-createdAt' | 'name' | '-name' | undefined;
  /** `total`: count all that the filters let through. */
  readonly include?: 'total' | undefined;
  readonly status?: 'active' | 'draft' | 'disabled' | undefined;
};

/** Query of: Make an initial access token; it is shown this once. */
export type SelfRegistrationCreateTokenQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Put a file by a signed URL. */
export type SignedUrlsPutQuery = {
  readonly signature: string;
};

/** Query of: Read what a job writes, as text or line by line (Accept: text/event-stream), or follow it to its end. */
export type JobStreamsLogQuery = {
  /** Whether it goes on until the job has ended; by default an event stream does, a text does not. */
  readonly follow?: 'true' | 'false' | undefined;
  /** Begins with the last so many lines; 0: with all. Default: `0`. */
  readonly tail?: number | undefined;
  /** Begins with the line of this number. Not together with `tail`. Default: `0`. */
  readonly fromLine?: number | undefined;
};

/** Query of: Register an app; the answer has its secret, once, if it has one. */
export type AppsRegisterQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Run a skill: 202 with the job, or 200 when it has ended within the wait. */
export type SkillRunsRunQuery = {
  /** Seconds for which the answer waits for the result; 202 when it is not there by then. Default: `0`. */
  readonly wait?: number | undefined;
};

/** Query of: Say what two versions differ in. */
export type WorkflowsDiffQuery = {
  readonly from: number;
  readonly to: number;
};

/** Query of: Search the audit log, newest first. */
export type AuditSearchQuery = {
  /** Id of who acted. */
  readonly actor?: string | undefined;
  /** An action, or all that begin so: `project.*`. */
  readonly action?: string | undefined;
  /** A type, an id, or `type/id`. */
  readonly resource?: string | undefined;
  readonly outcome?: 'success' | 'denied' | 'failure' | undefined;
  /** From this moment on. */
  readonly from?: string | undefined;
  /** Before this moment. */
  readonly to?: string | undefined;
  /** A text anywhere in ids, action, resource, reason, request id or metadata; case does not matter. */
  readonly q?: string | undefined;
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
};

/** Query of: What was done to a project, newest first. */
export type ProjectsActivityQuery = {
  /** Most items in the answer. Default: `50`. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before. */
  readonly cursor?: string | undefined;
};

/** Query of: Whether apps may register themselves. */
export type SelfRegistrationGetQuery = {
  /** Id or slug; needed with the service token. */
  readonly tenant?: string | undefined;
};

/** Query of: Write a file; 201 when it is new. */
export type FilesPutQuery = {
  /** The project that the file belongs to from now on. */
  readonly projectId?: string | undefined;
};
