"""Models of the backend's API, generated from its OpenAPI document by `scripts/generate.py`. Do not edit."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, Union

from pydantic import Field

from .model import Model


class ActClaim(Model):
    sub: str
    act: Optional[ActClaim] = None


class Alive(Model):
    status: Union[Literal["ok"], str]


class AllFlagsQuery(Model):
    context: Optional[Dict[str, Any]] = None


class AppSecretsItem(Model):
    id: str
    created_at: str
    expires_at: Optional[str]
    last_used_at: Optional[str]


class App(Model):
    client_id: str
    name: str
    app_type: Union[Literal["service", "web", "spa", "native"], str]
    declared_scopes: List[str]
    default_scopes: List[str]
    grant_types: List[Union[Literal["client_credentials", "authorization_code", "refresh_token"], str]]
    token_endpoint_auth_method: Union[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"], str]
    redirect_uris: List[str]
    post_logout_redirect_uris: List[str]
    allowed_origins: List[str]
    first_party: bool
    access_token_ttl_seconds: int
    logo_uri: Optional[str]
    policy_uri: Optional[str]
    jwks: Optional[ClientJwks]
    jwks_uri: Optional[str]
    refresh_rotation: bool
    platform_context: bool
    metadata: Dict[str, str]
    secrets: List[AppSecretsItem]
    created_at: str
    updated_at: str


class AppPatch(Model):
    name: Optional[str] = None
    declared_scopes: Optional[List[str]] = None
    default_scopes: Optional[List[str]] = None
    grant_types: Optional[List[Union[Literal["client_credentials", "authorization_code", "refresh_token"], str]]] = None
    redirect_uris: Optional[List[str]] = None
    post_logout_redirect_uris: Optional[List[str]] = None
    allowed_origins: Optional[List[str]] = None
    token_endpoint_auth_method: Optional[Union[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"], str]] = None
    access_token_ttl_seconds: Optional[int] = None
    first_party: Optional[bool] = None
    logo_uri: Optional[str] = None
    policy_uri: Optional[str] = None
    jwks: Optional[ClientJwks] = None
    jwks_uri: Optional[str] = None
    refresh_rotation: Optional[bool] = None
    platform_context: Optional[bool] = None
    metadata: Optional[Dict[str, str]] = None


class AppRemoval(Model):
    client_id: str
    removed: bool
    belongings: List[Belonging]


class AppWithSecretSecretsItem(Model):
    id: str
    created_at: str
    expires_at: Optional[str]
    last_used_at: Optional[str]


class AppWithSecret(Model):
    client_id: str
    name: str
    app_type: Union[Literal["service", "web", "spa", "native"], str]
    declared_scopes: List[str]
    default_scopes: List[str]
    grant_types: List[Union[Literal["client_credentials", "authorization_code", "refresh_token"], str]]
    token_endpoint_auth_method: Union[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"], str]
    redirect_uris: List[str]
    post_logout_redirect_uris: List[str]
    allowed_origins: List[str]
    first_party: bool
    access_token_ttl_seconds: int
    logo_uri: Optional[str]
    policy_uri: Optional[str]
    jwks: Optional[ClientJwks]
    jwks_uri: Optional[str]
    refresh_rotation: bool
    platform_context: bool
    metadata: Dict[str, str]
    secrets: List[AppWithSecretSecretsItem]
    created_at: str
    updated_at: str
    client_secret: str


class AppleClient(Model):
    """The client secret is then the private key (.p8), in PEM."""

    team_id: str = Field(..., alias="teamId")
    key_id: str = Field(..., alias="keyId")


class AuditInclusionProof(Model):
    id: str
    sequence_id: int = Field(..., alias="sequenceId")
    record_hash: str = Field(..., alias="recordHash")
    record: Optional[str]
    leaf_hash: str = Field(..., alias="leafHash")
    tree_size: int = Field(..., alias="treeSize")
    root_hash: str = Field(..., alias="rootHash")
    proof: List[str]
    checkpoint: str


class AuditReceipt(Model):
    id: str
    sequence_id: int = Field(..., alias="sequenceId")
    previous_hash: str = Field(..., alias="previousHash")
    record_hash: str = Field(..., alias="recordHash")


class AuditRecord(Model):
    id: str
    sequence_id: int = Field(..., alias="sequenceId")
    tenant_id: str = Field(..., alias="tenantId")
    app_id: Optional[str] = Field(..., alias="appId")
    actor_type: Union[Literal["user", "service", "agent", "system"], str] = Field(..., alias="actorType")
    actor_id: Optional[str] = Field(..., alias="actorId")
    action: str
    resource_type: str = Field(..., alias="resourceType")
    resource_id: str = Field(..., alias="resourceId")
    outcome: Union[Literal["success", "denied", "failure"], str]
    reason: str
    request_id: str = Field(..., alias="requestId")
    ip: Optional[str]
    policy_revision: Optional[str] = Field(..., alias="policyRevision")
    metadata: Dict[str, Any]
    personal: Optional[Dict[str, Any]]
    erased: bool
    ts: str
    previous_hash: str = Field(..., alias="previousHash")
    record_hash: str = Field(..., alias="recordHash")


class AuthorizeQuery(Model):
    token: Optional[str] = None
    action: str
    resource: str
    context: Optional[Dict[str, Any]] = None


class BelongingItemsItem(Model):
    id: str
    name: str


class Belonging(Model):
    what: str
    becomes: Union[Literal["deleted", "ended", "paused", "kept"], str]
    count: Optional[int]
    note: str
    items: Optional[List[BelongingItemsItem]] = None


class ClaimCondition(Model):
    scopes: Optional[List[str]] = None
    audiences: Optional[List[str]] = None


class ClaimRule(Model):
    claim: str
    from_: ClaimSource = Field(..., alias="from")
    in_: List[Union[Literal["access_token", "id_token", "userinfo"], str]] = Field(..., alias="in")
    when: Optional[ClaimCondition] = None


class ClaimSource_(Model):
    value: Any


class ClaimSource1(Model):
    user: Union[Literal["id", "displayName", "email", "locale", "avatarUrl", "role", "groups"], str]


class ClaimSource2(Model):
    app: str


class ClaimSource3(Model):
    template: str


class ClientInformation(Model):
    client_id: str
    client_id_issued_at: int
    client_secret: Optional[str] = None
    client_secret_expires_at: Optional[int] = None
    registration_access_token: str
    registration_client_uri: str
    client_name: str
    application_type: Union[Literal["web", "native"], str]
    redirect_uris: List[str]
    grant_types: List[str]
    response_types: List[str]
    token_endpoint_auth_method: str
    scope: str
    logo_uri: Optional[str] = None
    policy_uri: Optional[str] = None
    jwks: Any = None
    jwks_uri: Optional[str] = None


class ClientJwksKeysItem(Model):
    kty: Union[Literal["RSA"], str]
    n: str
    e: str
    alg: Optional[Union[Literal["RS256", "PS256"], str]] = None
    kid: Optional[str] = None
    use: Optional[Union[Literal["sig"], str]] = None
    key_ops: Optional[List[Union[Literal["verify"], str]]] = None


class ClientJwksKeysItem1(Model):
    kty: Union[Literal["EC"], str]
    crv: Union[Literal["P-256"], str]
    x: str
    y: str
    alg: Optional[Union[Literal["ES256"], str]] = None
    kid: Optional[str] = None
    use: Optional[Union[Literal["sig"], str]] = None
    key_ops: Optional[List[Union[Literal["verify"], str]]] = None


class ClientJwks(Model):
    keys: List[Union[ClientJwksKeysItem, ClientJwksKeysItem1]]


class CloudEvent(Model):
    specversion: Union[Literal["1.0"], str]
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: Union[Literal["application/json"], str]
    tenantid: str
    data: Dict[str, Any]


class Connection(Model):
    id: str
    name: str
    type: Union[Literal["oidc", "oauth"], str]
    preset: Optional[Union[Literal["google", "microsoft", "apple", "gitlab", "github"], str]]
    status: Union[Literal["active", "disabled"], str]
    issuer: str
    client_id: str = Field(..., alias="clientId")
    has_secret: bool = Field(..., alias="hasSecret")
    scopes: List[str]
    endpoints: Optional[ConnectionEndpoints]
    profile: Optional[ConnectionProfile]
    apple: Optional[AppleClient]
    provisioning: Union[Literal["off", "verified_domains", "all"], str]
    default_role: Union[Literal["member", "viewer"], str] = Field(..., alias="defaultRole")
    role_rules: List[ConnectionRoleRule] = Field(..., alias="roleRules")
    enforced: bool
    domains: List[ConnectionDomain]
    redirect_uri: str = Field(..., alias="redirectUri")
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")


class ConnectionCheckProblemsItem(Model):
    code: Union[Literal["unreachable", "invalid_metadata", "no_pkce", "no_issuer_parameter", "no_secret"], str]
    severity: Union[Literal["error", "warning"], str]
    message: str


class ConnectionCheck(Model):
    ok: bool
    problems: List[ConnectionCheckProblemsItem]


class ConnectionDomain(Model):
    domain: str
    status: Union[Literal["pending", "verified"], str]
    record_name: str = Field(..., alias="recordName")
    record_value: str = Field(..., alias="recordValue")
    verified_at: Optional[str] = Field(..., alias="verifiedAt")
    checked_at: Optional[str] = Field(..., alias="checkedAt")
    missed_checks: int = Field(..., alias="missedChecks")


class ConnectionEndpoints(Model):
    authorization_url: str = Field(..., alias="authorizationUrl")
    token_url: str = Field(..., alias="tokenUrl")
    userinfo_url: str = Field(..., alias="userinfoUrl")
    emails_url: Optional[str] = Field(..., alias="emailsUrl")


class ConnectionPatch(Model):
    name: Optional[str] = None
    status: Optional[Union[Literal["active", "disabled"], str]] = None
    issuer: Optional[str] = None
    client_id: Optional[str] = Field(None, alias="clientId")
    client_secret: Optional[str] = Field(None, alias="clientSecret")
    scopes: Optional[List[str]] = None
    endpoints: Optional[ConnectionEndpoints] = None
    profile: Optional[ConnectionProfile] = None
    apple: Optional[AppleClient] = None
    provisioning: Optional[Union[Literal["off", "verified_domains", "all"], str]] = None
    default_role: Optional[Union[Literal["member", "viewer"], str]] = Field(None, alias="defaultRole")
    role_rules: Optional[List[ConnectionRoleRule]] = Field(None, alias="roleRules")
    enforced: Optional[bool] = None


class ConnectionProfile(Model):
    subject: str
    email: str
    email_verified: Optional[str] = Field(..., alias="emailVerified")
    name: str


class ConnectionRoleRule(Model):
    claim: str
    contains: str
    role: Union[Literal["admin", "member", "viewer"], str]


class Credential(Model):
    id: str
    name: str
    type: Union[Literal["api_key"], str]
    key_prefix: str = Field(..., alias="keyPrefix")
    scopes: List[str]
    status: Union[Literal["active", "revoked", "expired"], str]
    owner_type: Union[Literal["user", "service"], str] = Field(..., alias="ownerType")
    owner_id: str = Field(..., alias="ownerId")
    app_id: str = Field(..., alias="appId")
    expires_at: Optional[str] = Field(..., alias="expiresAt")
    previous_valid_until: Optional[str] = Field(..., alias="previousValidUntil")
    last_used_at: Optional[str] = Field(..., alias="lastUsedAt")
    revoked_at: Optional[str] = Field(..., alias="revokedAt")
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")


class CredentialRotation(Model):
    overlap_seconds: Optional[int] = Field(None, alias="overlapSeconds")


class CredentialWithKey(Model):
    id: str
    name: str
    type: Union[Literal["api_key"], str]
    key_prefix: str = Field(..., alias="keyPrefix")
    scopes: List[str]
    status: Union[Literal["active", "revoked", "expired"], str]
    owner_type: Union[Literal["user", "service"], str] = Field(..., alias="ownerType")
    owner_id: str = Field(..., alias="ownerId")
    app_id: str = Field(..., alias="appId")
    expires_at: Optional[str] = Field(..., alias="expiresAt")
    previous_valid_until: Optional[str] = Field(..., alias="previousValidUntil")
    last_used_at: Optional[str] = Field(..., alias="lastUsedAt")
    revoked_at: Optional[str] = Field(..., alias="revokedAt")
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")
    key: str


class Decision(Model):
    allowed: bool
    claims: Dict[str, Any]
    reason: str


class DetokeniseRequest(Model):
    tokens: List[str]


class DetokeniseResult(Model):
    items: List[DetokenisedValue]


class DetokenisedValue(Model):
    token: str
    value: Optional[str]


class ErrorErrorsItem(Model):
    pointer: str
    code: str
    message: str


class Error(Model):
    error: str
    error_description: str
    status: int
    request_id: str
    reason: Optional[str] = None
    errors: Optional[List[ErrorErrorsItem]] = None


class File(Model):
    id: str
    key: str
    uri: str
    tier: Union[Literal["private", "user", "shared"], str]
    size: int
    content_type: str = Field(..., alias="contentType")
    checksum: str
    etag: str
    version: int
    project_id: Optional[str] = Field(..., alias="projectId")
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")


class FileCopySource(Model):
    tier: Union[Literal["private", "user", "shared"], str]
    path: str
    version: Optional[int] = None


class FileCopyTarget(Model):
    tier: Union[Literal["private", "user", "shared"], str]
    path: str


class FileCopy(Model):
    source: FileCopySource
    target: FileCopyTarget
    if_match: Optional[str] = Field(None, alias="ifMatch")
    if_none_match: Optional[Union[Literal["*"], str]] = Field(None, alias="ifNoneMatch")
    project_id: Optional[str] = Field(None, alias="projectId")


class FileMoveSource(Model):
    tier: Union[Literal["private", "user", "shared"], str]
    path: str


class FileMoveTarget(Model):
    tier: Union[Literal["private", "user", "shared"], str]
    path: str


class FileMove(Model):
    source: FileMoveSource
    target: FileMoveTarget
    if_match: Optional[str] = Field(None, alias="ifMatch")
    if_none_match: Optional[Union[Literal["*"], str]] = Field(None, alias="ifNoneMatch")


class FilePage(Model):
    items: List[File]
    prefixes: List[str]
    next_cursor: Optional[str] = Field(..., alias="nextCursor")


class FileVersion(Model):
    version: int
    is_current: bool = Field(..., alias="isCurrent")
    size: int
    content_type: str = Field(..., alias="contentType")
    checksum: str
    etag: str
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    expires_at: Optional[str] = Field(..., alias="expiresAt")


class Flag(Model):
    key: str
    name: str
    enabled: bool
    state: Union[Literal["ENABLED", "DISABLED"], str]
    variants: Dict[str, Any]
    default_variant: Optional[str] = Field(..., alias="defaultVariant")
    targeting: Optional[Dict[str, Any]]
    metadata: Dict[str, Union[str, float, bool]]
    etag: str


class FlagEvaluation(Model):
    key: str
    enabled: bool
    value: Any
    variant: Optional[str]
    reason: Union[Literal["STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "STALE", "ERROR"], str]
    error_code: Optional[Union[Literal["FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL"], str]] = Field(..., alias="errorCode")
    error_message: str = Field(..., alias="errorMessage")
    metadata: Dict[str, Union[str, float, bool]]


class FlagQuery(Model):
    key: str
    context: Optional[Dict[str, Any]] = None
    default_value: Any = Field(None, alias="defaultValue")


class Grant(Model):
    id: str
    client_id: str
    client_name: str
    scopes: List[str]
    created_at: str
    last_used_at: Optional[str]


class GrantList(Model):
    items: List[Grant]


class Group(Model):
    id: str
    display_name: str = Field(..., alias="displayName")
    external_id: Optional[str] = Field(..., alias="externalId")
    role: Optional[Union[Literal["owner", "admin", "member", "viewer"], str]]
    members: List[str]
    member_count: int = Field(..., alias="memberCount")
    version: int
    created_at: str = Field(..., alias="createdAt")
    updated_at: str = Field(..., alias="updatedAt")


class GroupMember(Model):
    user_id: str = Field(..., alias="userId")
    added_at: str = Field(..., alias="addedAt")


class GroupPatch(Model):
    display_name: Optional[str] = Field(None, alias="displayName")
    external_id: Optional[str] = Field(None, alias="externalId")
    role: Optional[Union[Literal["owner", "admin", "member", "viewer"], str]] = None


class InitialToken(Model):
    id: str
    name: str
    scopes: List[str]
    max_uses: int = Field(..., alias="maxUses")
    uses: int
    expires_at: str = Field(..., alias="expiresAt")
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")


class InitialTokenWithSecret(Model):
    id: str
    name: str
    scopes: List[str]
    max_uses: int = Field(..., alias="maxUses")
    uses: int
    expires_at: str = Field(..., alias="expiresAt")
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    token: str


class Introspection(Model):
    iss: Optional[str] = None
    sub: Optional[str] = None
    aud: Optional[Union[str, List[str]]] = None
    exp: Optional[int] = None
    iat: Optional[int] = None
    jti: Optional[str] = None
    client_id: Optional[str] = None
    scope: Optional[str] = None
    tenant_id: Optional[str] = None
    tenant_slug: Optional[str] = None
    app_id: Optional[str] = None
    roles: Optional[List[str]] = None
    user_id: Optional[str] = None
    sid: Optional[str] = None
    auth_time: Optional[int] = None
    acr: Optional[str] = None
    amr: Optional[List[str]] = None
    groups: Optional[List[str]] = None
    grant_id: Optional[str] = None
    credential_id: Optional[str] = None
    principal_type: Optional[Union[Literal["agent"], str]] = None
    grant_type: Optional[str] = None
    act: Optional[ActClaim] = None
    parent_jtis: Optional[List[str]] = None
    active: bool
    token_type: Optional[Union[Literal["Bearer"], str]] = None


class Invitation(Model):
    id: str
    email: str
    role: Union[Literal["owner", "admin", "member", "viewer"], str]
    status: Union[Literal["pending", "accepted", "revoked", "expired"], str]
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    sent_at: str = Field(..., alias="sentAt")
    expires_at: str = Field(..., alias="expiresAt")


class InvitationAcceptance(Model):
    password: str
    display_name: Optional[str] = Field(None, alias="displayName")


class Job(Model):
    id: str
    type: Union[Literal["skill", "workflow", "sync", "container"], str]
    kind: str
    status: Union[Literal["queued", "running", "completed", "failed", "cancelled"], str]
    state: Union[Literal["pending", "scheduling", "running", "succeeded", "failed", "cancelled"], str]
    progress: int
    stage: str
    input: Any
    output: Any
    error: Optional[JobError]
    exit_code: Optional[int] = Field(..., alias="exitCode")
    image: str
    attempt: int
    max_attempts: int = Field(..., alias="maxAttempts")
    priority: int
    timeout_seconds: int = Field(..., alias="timeoutSeconds")
    run_at: str = Field(..., alias="runAt")
    created_at: str = Field(..., alias="createdAt")
    started_at: Optional[str] = Field(..., alias="startedAt")
    completed_at: Optional[str] = Field(..., alias="completedAt")
    user_id: str = Field(..., alias="userId")
    node: str
    input_uri: str = Field(..., alias="inputUri")
    output_uri: str = Field(..., alias="outputUri")
    logs_uri: str = Field(..., alias="logsUri")
    secret_names: List[str] = Field(..., alias="secretNames")
    cancel_reason: str = Field(..., alias="cancelReason")
    parent_id: Optional[str] = Field(..., alias="parentId")
    schedule_id: Optional[str] = Field(..., alias="scheduleId")
    requeued_from: Optional[str] = Field(..., alias="requeuedFrom")
    requeued_as: Optional[str] = Field(..., alias="requeuedAs")
    last_event: int = Field(..., alias="lastEvent")


class JobCancellation(Model):
    reason: Optional[str] = None


class JobError(Model):
    code: Union[Literal["failed", "exit", "timeout", "worker_lost", "limit", "denied", "secrets", "input", "no_runner", "internal"], str]
    message: str


class JobEvent(Model):
    job_id: str = Field(..., alias="jobId")
    seq: int
    type: Union[Literal["created", "scheduled", "started", "progress", "retrying", "succeeded", "failed", "cancelled"], str]
    at: str
    image: Optional[str] = None
    node: Optional[str] = None
    attempt: Optional[int] = None
    stage: Optional[str] = None
    percent: Optional[int] = None
    detail: Any = None
    error: Optional[JobError] = None
    next_at: Optional[str] = Field(None, alias="nextAt")
    exit_code: Optional[int] = Field(None, alias="exitCode")
    output_uri: Optional[str] = Field(None, alias="outputUri")
    reason: Optional[str] = None


class JobLogLine(Model):
    line: int
    at: str
    stream: Union[Literal["stdout", "stderr"], str]
    text: str


class JobOutput(Model):
    items: List[JobOutputFile]
    next_cursor: None = Field(..., alias="nextCursor")


class JobOutputFile(Model):
    key: str
    size: int
    content_type: str = Field(..., alias="contentType")
    url: str


class JobResourceLimits(Model):
    cpu_request: Optional[str] = Field(None, alias="cpuRequest")
    cpu_limit: Optional[str] = Field(None, alias="cpuLimit")
    memory_request: Optional[str] = Field(None, alias="memoryRequest")
    memory_limit: Optional[str] = Field(None, alias="memoryLimit")
    gpu_count: Optional[int] = Field(None, alias="gpuCount")


class JobRetry(Model):
    max_attempts: Optional[int] = Field(None, alias="maxAttempts")
    first_delay_seconds: Optional[float] = Field(None, alias="firstDelaySeconds")
    max_delay_seconds: Optional[float] = Field(None, alias="maxDelaySeconds")
    factor: Optional[float] = None


class JobSchedule(Model):
    id: str
    name: str
    cron: str
    time_zone: str = Field(..., alias="timeZone")
    job: ScheduledJob
    paused: bool
    pause_reason: Optional[str] = Field(..., alias="pauseReason")
    owner: TriggerOwner
    pending_owner: Optional[NewTriggerOwner] = Field(..., alias="pendingOwner")
    next_at: Optional[str] = Field(..., alias="nextAt")
    last_at: Optional[str] = Field(..., alias="lastAt")
    last_job_id: Optional[str] = Field(..., alias="lastJobId")
    created_at: str = Field(..., alias="createdAt")
    updated_at: str = Field(..., alias="updatedAt")


class LinkedIdentity(Model):
    id: str
    connection_id: str = Field(..., alias="connectionId")
    issuer: str
    user_id: str = Field(..., alias="userId")
    email: Optional[str]
    linked_at: str = Field(..., alias="linkedAt")
    last_used_at: str = Field(..., alias="lastUsedAt")


class MaskRequest(Model):
    value: Any
    extra_blocked_fields: Optional[List[str]] = Field(None, alias="extraBlockedFields")
    extra_patterns: Optional[List[str]] = Field(None, alias="extraPatterns")
    strategy: Optional[MaskingStrategy] = None
    entity_strategies: Optional[Dict[str, MaskingStrategy]] = Field(None, alias="entityStrategies")
    field_strategies: Optional[Dict[str, MaskingStrategy]] = Field(None, alias="fieldStrategies")


class MaskResult(Model):
    masked_value: Any = Field(..., alias="maskedValue")
    refused_patterns: List[RefusedMaskingPattern] = Field(..., alias="refusedPatterns")


class MaskStringRequest(Model):
    value: str
    extra_patterns: Optional[List[str]] = Field(None, alias="extraPatterns")
    strategy: Optional[MaskingStrategy] = None
    entity_strategies: Optional[Dict[str, MaskingStrategy]] = Field(None, alias="entityStrategies")


class MaskStringResult(Model):
    masked_value: str = Field(..., alias="maskedValue")
    refused_patterns: List[RefusedMaskingPattern] = Field(..., alias="refusedPatterns")


class NewApp(Model):
    client_id: Optional[str] = None
    app_type: Optional[Union[Literal["service", "web", "spa", "native"], str]] = None
    name: str
    declared_scopes: Optional[List[str]] = None
    default_scopes: Optional[List[str]] = None
    grant_types: Optional[List[Union[Literal["client_credentials", "authorization_code", "refresh_token"], str]]] = None
    redirect_uris: Optional[List[str]] = None
    post_logout_redirect_uris: Optional[List[str]] = None
    allowed_origins: Optional[List[str]] = None
    token_endpoint_auth_method: Optional[Union[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"], str]] = None
    access_token_ttl_seconds: Optional[int] = None
    first_party: Optional[bool] = None
    logo_uri: Optional[str] = None
    policy_uri: Optional[str] = None
    jwks: Optional[ClientJwks] = None
    jwks_uri: Optional[str] = None
    refresh_rotation: Optional[bool] = None
    platform_context: Optional[bool] = None
    metadata: Optional[Dict[str, str]] = None


class NewAuditEvent(Model):
    action: str
    resource_type: Optional[str] = Field(None, alias="resourceType")
    resource_id: Optional[str] = Field(None, alias="resourceId")
    outcome: Optional[Union[Literal["success", "denied", "failure"], str]] = None
    reason: Optional[str] = None
    metadata: Optional[Dict[str, Any]] = None


class NewConnection(Model):
    name: str
    type: Optional[Union[Literal["oidc", "oauth"], str]] = None
    preset: Optional[Union[Literal["google", "microsoft", "apple", "gitlab", "github"], str]] = None
    status: Optional[Union[Literal["active", "disabled"], str]] = None
    issuer: Optional[str] = None
    client_id: str = Field(..., alias="clientId")
    client_secret: Optional[str] = Field(None, alias="clientSecret")
    scopes: Optional[List[str]] = None
    endpoints: Optional[ConnectionEndpoints] = None
    profile: Optional[ConnectionProfile] = None
    apple: Optional[AppleClient] = None
    provisioning: Optional[Union[Literal["off", "verified_domains", "all"], str]] = None
    default_role: Optional[Union[Literal["member", "viewer"], str]] = Field(None, alias="defaultRole")
    role_rules: Optional[List[ConnectionRoleRule]] = Field(None, alias="roleRules")
    enforced: Optional[bool] = None


class NewConnectionDomain(Model):
    domain: str


class NewCredential(Model):
    name: str
    scopes: List[str]
    expires_at: Optional[str] = Field(None, alias="expiresAt")


class NewGroup(Model):
    display_name: str = Field(..., alias="displayName")
    external_id: Optional[str] = Field(None, alias="externalId")
    role: Optional[Union[Literal["owner", "admin", "member", "viewer"], str]] = None
    members: Optional[List[str]] = None


class NewInitialToken(Model):
    name: str
    scopes: Optional[List[str]] = None
    max_uses: Optional[int] = Field(None, alias="maxUses")
    expires_in_days: Optional[int] = Field(None, alias="expiresInDays")


class NewInvitation(Model):
    email: str
    role: Optional[Union[Literal["owner", "admin", "member", "viewer"], str]] = None
    display_name: Optional[str] = Field(None, alias="displayName")


class NewJob(Model):
    type: Union[Literal["skill", "workflow", "sync", "container"], str]
    kind: str
    image: Optional[str] = None
    command: Optional[List[str]] = None
    args: Optional[List[str]] = None
    env: Optional[Dict[str, str]] = None
    input: Any = None
    files: Optional[Dict[str, str]] = None
    input_uri: Optional[str] = Field(None, alias="inputUri")
    secret_refs: Optional[List[SecretRef]] = Field(None, alias="secretRefs")
    secret_bundles: Optional[List[str]] = Field(None, alias="secretBundles")
    limits: Optional[JobResourceLimits] = None
    timeout_seconds: Optional[int] = Field(None, alias="timeoutSeconds")
    capture_logs: Optional[bool] = Field(None, alias="captureLogs")
    capture_output: Optional[bool] = Field(None, alias="captureOutput")
    output_prefix: Optional[Union[Union[Literal[""], str], str]] = Field(None, alias="outputPrefix")
    user_id: Optional[str] = Field(None, alias="userId")
    priority: Optional[int] = None
    delay_seconds: Optional[float] = Field(None, alias="delaySeconds")
    retry: Optional[JobRetry] = None


class NewJobSchedule(Model):
    cron: str
    time_zone: Optional[str] = Field(None, alias="timeZone")
    job: NewScheduledJob
    paused: Optional[bool] = None


class NewProject(Model):
    key: str
    name: str
    description: Optional[str] = None
    status: Optional[Union[Literal["planned", "active", "on_hold", "completed", "archived"], str]] = None
    priority: Optional[Union[Literal["low", "medium", "high", "critical"], str]] = None
    start_date: Optional[str] = Field(None, alias="startDate")
    end_date: Optional[str] = Field(None, alias="endDate")
    budget: Optional[float] = None
    labels: Optional[List[str]] = None


class NewScheduledJob(Model):
    type: Union[Literal["skill", "workflow", "sync", "container"], str]
    kind: str
    image: Optional[str] = None
    command: Optional[List[str]] = None
    args: Optional[List[str]] = None
    env: Optional[Dict[str, str]] = None
    input: Any = None
    input_uri: Optional[str] = Field(None, alias="inputUri")
    secret_refs: Optional[List[SecretRef]] = Field(None, alias="secretRefs")
    secret_bundles: Optional[List[str]] = Field(None, alias="secretBundles")
    limits: Optional[JobResourceLimits] = None
    timeout_seconds: Optional[int] = Field(None, alias="timeoutSeconds")
    capture_logs: Optional[bool] = Field(None, alias="captureLogs")
    capture_output: Optional[bool] = Field(None, alias="captureOutput")
    output_prefix: Optional[Union[Union[Literal[""], str], str]] = Field(None, alias="outputPrefix")
    user_id: Optional[str] = Field(None, alias="userId")
    priority: Optional[int] = None
    delay_seconds: Optional[float] = Field(None, alias="delaySeconds")
    retry: Optional[JobRetry] = None


class NewSecretVersion(Model):
    value: str
    encoding: Optional[Union[Literal["utf8", "base64"], str]] = None
    cas: Optional[int] = None
    grace_seconds: Optional[int] = Field(None, alias="graceSeconds")
    max_versions: Optional[int] = Field(None, alias="maxVersions")
    description: Optional[str] = None


class NewSignedUrl(Model):
    method: Union[Literal["GET", "PUT"], str]
    tier: Union[Literal["private", "user", "shared"], str]
    path: str
    expires_in_seconds: Optional[int] = Field(None, alias="expiresInSeconds")
    version: Optional[int] = None
    download: Optional[str] = None
    max_bytes: Optional[int] = Field(None, alias="maxBytes")
    if_match: Optional[str] = Field(None, alias="ifMatch")
    if_none_match: Optional[Union[Literal["*"], str]] = Field(None, alias="ifNoneMatch")


class NewTenant(Model):
    slug: str
    name: str
    plan: Optional[Union[Literal["free", "pro", "enterprise"], str]] = None
    logo_uri: Optional[str] = Field(None, alias="logoUri")
    color: Optional[str] = None
    settings: Optional[Dict[str, Any]] = None


class NewTokenClaims(Model):
    rules: List[ClaimRule]


class NewTriggerOwner(Model):
    type: Union[Literal["user", "app"], str]
    id: str


class NewWebhook(Model):
    url: str
    description: Optional[str] = None
    types: Optional[List[str]] = None


class OfrepEvaluation_(Model):
    key: str
    reason: str
    variant: str
    value: Any = None
    metadata: Dict[str, Union[str, float, bool]]


class OfrepEvaluation1(Model):
    key: str
    error_code: str = Field(..., alias="errorCode")
    error_details: str = Field(..., alias="errorDetails")


class OfrepEvaluationRequest(Model):
    """`context` contains `targetingKey` and any attributes."""

    context: Any = None


class OfrepEvaluationsMetadata(Model):
    snapshot_id: str = Field(..., alias="snapshotId")


class OfrepEvaluations(Model):
    flags: List[OfrepEvaluation]
    metadata: OfrepEvaluationsMetadata


class OfrepFailure(Model):
    key: Optional[str] = None
    error_code: Union[Literal["FLAG_NOT_FOUND", "PARSE_ERROR", "TARGETING_KEY_MISSING", "INVALID_CONTEXT", "GENERAL"], str] = Field(..., alias="errorCode")
    error_details: Optional[str] = Field(None, alias="errorDetails")


class OwnTenantPatch(Model):
    name: Optional[str] = None
    logo_uri: Optional[str] = Field(None, alias="logoUri")
    color: Optional[str] = None
    settings: Optional[Dict[str, Any]] = None


class OwnUserPatchPreferences(Model):
    theme: Optional[Union[Literal["system", "light", "dark"], str]] = None
    locale: Optional[str] = None
    notifications_enabled: Optional[bool] = Field(None, alias="notificationsEnabled")


class OwnUserPatch(Model):
    display_name: Optional[str] = Field(None, alias="displayName")
    avatar_url: Optional[str] = Field(None, alias="avatarUrl")
    preferences: Optional[OwnUserPatchPreferences] = None


class ProblemErrorsItem(Model):
    pointer: str
    code: str
    message: str


class Problem(Model):
    type: str
    title: str
    detail: str
    error: str
    error_description: str
    status: int
    request_id: str
    reason: Optional[str] = None
    errors: Optional[List[ProblemErrorsItem]] = None


class Project(Model):
    id: str
    key: str
    name: str
    description: str
    owner_id: str = Field(..., alias="ownerId")
    status: Union[Literal["planned", "active", "on_hold", "completed", "archived"], str]
    priority: Union[Literal["low", "medium", "high", "critical"], str]
    start_date: Optional[str] = Field(..., alias="startDate")
    end_date: Optional[str] = Field(..., alias="endDate")
    budget: Optional[float]
    labels: List[str]
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")
    deleted_at: Optional[str] = Field(..., alias="deletedAt")


class ProjectActivity(Model):
    id: str
    ts: str
    action: str
    actor_type: Union[Literal["user", "service", "agent", "system"], str] = Field(..., alias="actorType")
    actor_id: Optional[str] = Field(..., alias="actorId")
    outcome: Union[Literal["success", "denied", "failure"], str]
    metadata: Dict[str, Any]


class ProjectMember(Model):
    user_id: str = Field(..., alias="userId")
    role: Union[Literal["admin", "member", "viewer"], str]
    added_at: str = Field(..., alias="addedAt")
    added_by: str = Field(..., alias="addedBy")


class ProjectMemberInput(Model):
    role: Union[Literal["admin", "member", "viewer"], str]


class ProjectPatch(Model):
    key: Optional[str] = None
    name: Optional[str] = None
    description: Optional[str] = None
    status: Optional[Union[Literal["planned", "active", "on_hold", "completed", "archived"], str]] = None
    priority: Optional[Union[Literal["low", "medium", "high", "critical"], str]] = None
    start_date: Optional[str] = Field(None, alias="startDate")
    end_date: Optional[str] = Field(None, alias="endDate")
    budget: Optional[float] = None
    labels: Optional[List[str]] = None


class ProjectTransfer(Model):
    owner_id: str = Field(..., alias="ownerId")


class ProtectedResourceMetadata(Model):
    resource: str
    authorization_servers: List[str]
    scopes_supported: List[str]
    bearer_methods_supported: List[str]
    resource_name: str


class RefusedMaskingPattern(Model):
    index: int
    reason: str


class RegisteredAppSecretsItem(Model):
    id: str
    created_at: str
    expires_at: Optional[str]
    last_used_at: Optional[str]


class RegisteredApp(Model):
    client_id: str
    name: str
    app_type: Union[Literal["service", "web", "spa", "native"], str]
    declared_scopes: List[str]
    default_scopes: List[str]
    grant_types: List[Union[Literal["client_credentials", "authorization_code", "refresh_token"], str]]
    token_endpoint_auth_method: Union[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"], str]
    redirect_uris: List[str]
    post_logout_redirect_uris: List[str]
    allowed_origins: List[str]
    first_party: bool
    access_token_ttl_seconds: int
    logo_uri: Optional[str]
    policy_uri: Optional[str]
    jwks: Optional[ClientJwks]
    jwks_uri: Optional[str]
    refresh_rotation: bool
    platform_context: bool
    metadata: Dict[str, str]
    secrets: List[RegisteredAppSecretsItem]
    created_at: str
    updated_at: str
    client_secret: Optional[str] = None


class RegisteredSkill(Model):
    name: str
    description: str
    category: str
    runtime: Union[Literal["javascript", "http", "builtin"], str]
    input_schema: Union[Dict[str, Any], bool] = Field(..., alias="inputSchema")
    output_schema: Union[Dict[str, Any], bool] = Field(..., alias="outputSchema")
    version: int
    hash: str
    aliases: Dict[str, int]
    revision: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")
    is_new: bool = Field(..., alias="isNew")
    signing_secret: Optional[str] = Field(..., alias="signingSecret")


class ResolvedSecretsResolvedItem(Model):
    name: str
    value: str
    encoding: Union[Literal["utf8", "base64"], str]
    version: str
    bundle: Optional[str]
    ref: SecretRef


class ResolvedSecretsUnresolvedItem(Model):
    name: str
    bundle: Optional[str]
    code: Union[Literal["not_found", "unavailable", "internal"], str]
    message: str


class ResolvedSecrets(Model):
    resolved: List[ResolvedSecretsResolvedItem]
    unresolved: List[ResolvedSecretsUnresolvedItem]


class ScheduledJob(Model):
    type: Union[Literal["skill", "workflow", "sync", "container"], str]
    kind: str
    image: str
    command: List[str]
    args: List[str]
    env: Dict[str, str]
    input_uri: str = Field(..., alias="inputUri")
    secret_refs: List[SecretRef] = Field(..., alias="secretRefs")
    secret_bundles: List[str] = Field(..., alias="secretBundles")
    limits: JobResourceLimits
    timeout_seconds: int = Field(..., alias="timeoutSeconds")
    capture_logs: bool = Field(..., alias="captureLogs")
    capture_output: bool = Field(..., alias="captureOutput")
    output_prefix: Union[Union[Literal[""], str], str] = Field(..., alias="outputPrefix")
    user_id: str = Field(..., alias="userId")
    priority: int
    delay_seconds: float = Field(..., alias="delaySeconds")
    retry: JobRetry
    input: Any


class ScimBulkOperationsItemData(Model):
    pass


class ScimBulkOperationsItem(Model):
    method: str
    path: Optional[str] = None
    bulk_id: Optional[str] = Field(None, alias="bulkId")
    version: Optional[str] = None
    data: Optional[ScimBulkOperationsItemData] = None


class ScimBulk(Model):
    schemas: List[str]
    fail_on_errors: Optional[int] = Field(None, alias="failOnErrors")
    operations: List[ScimBulkOperationsItem] = Field(..., alias="Operations")


class ScimError(Model):
    schemas: List[Literal['urn:ietf:params:scim:api:messages:2.0:Error']]
    status: str
    scim_type: Optional[str] = Field(None, alias="scimType")
    detail: str


class ScimListResponse(Model):
    schemas: List[str]
    total_results: int = Field(..., alias="totalResults")
    items_per_page: Optional[int] = Field(None, alias="itemsPerPage")
    start_index: Optional[int] = Field(None, alias="startIndex")
    next_cursor: Optional[str] = Field(None, alias="nextCursor")
    resources: List[ScimResource] = Field(..., alias="Resources")


class ScimNewResource(Model):
    schemas: List[str]


class ScimPatchOpOperationsItem(Model):
    op: str
    path: Optional[str] = None
    value: Any = None


class ScimPatchOp(Model):
    schemas: List[str]
    operations: List[ScimPatchOpOperationsItem] = Field(..., alias="Operations")


class ScimResourceMeta(Model):
    resource_type: str = Field(..., alias="resourceType")


class ScimResource(Model):
    schemas: List[str]
    id: str
    meta: Optional[ScimResourceMeta] = None


class ScimSearchRequest(Model):
    schemas: List[str]
    filter: Optional[str] = None
    attributes: Optional[List[str]] = None
    excluded_attributes: Optional[List[str]] = Field(None, alias="excludedAttributes")
    sort_by: Optional[str] = Field(None, alias="sortBy")
    sort_order: Optional[Union[Literal["ascending", "descending"], str]] = Field(None, alias="sortOrder")
    start_index: Optional[int] = Field(None, alias="startIndex")
    count: Optional[int] = None
    cursor: Optional[str] = None


class Secret(Model):
    name: str
    description: str
    current_version: int = Field(..., alias="currentVersion")
    max_versions: int = Field(..., alias="maxVersions")
    created_at: str = Field(..., alias="createdAt")
    updated_at: str = Field(..., alias="updatedAt")
    deleted_at: Optional[str] = Field(..., alias="deletedAt")


class SecretRef(Model):
    name: str
    provider: Optional[Union[Union[Literal[""], str], str]] = None
    path: Optional[Union[Union[Literal[""], str], str]] = None
    version: Optional[str] = None
    delivery: Optional[Union[Literal["", "env", "file"], str]] = None


class SecretResolution(Model):
    bundles: Optional[List[str]] = None
    refs: Optional[List[SecretRef]] = None
    context_id: Optional[str] = Field(None, alias="contextId")


class SecretRotation(Model):
    overlap_seconds: Optional[int] = None


class SecretVersion(Model):
    version: int
    state: Union[Literal["current", "grace", "superseded", "deleted", "destroyed"], str]
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    resolvable_until: Optional[str] = Field(..., alias="resolvableUntil")
    destroyed_at: Optional[str] = Field(..., alias="destroyedAt")


class SelfRegistration(Model):
    enabled: bool
    updated_at: Optional[str] = Field(..., alias="updatedAt")
    updated_by: Optional[str] = Field(..., alias="updatedBy")


class SelfRegistrationOrder(Model):
    """Apps that are already registered stay registered."""

    enabled: bool


class SentInvitation(Model):
    id: str
    email: str
    role: Union[Literal["owner", "admin", "member", "viewer"], str]
    status: Union[Literal["pending", "accepted", "revoked", "expired"], str]
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    sent_at: str = Field(..., alias="sentAt")
    expires_at: str = Field(..., alias="expiresAt")
    link: Optional[str] = None


class Session(Model):
    id: str
    created_at: str = Field(..., alias="createdAt")
    last_seen_at: str = Field(..., alias="lastSeenAt")
    authenticated_at: str = Field(..., alias="authenticatedAt")
    expires_at: str = Field(..., alias="expiresAt")
    ip: str
    user_agent: str = Field(..., alias="userAgent")


class ShownSkillDefinition_(Model):
    runtime: Union[Literal["javascript"], str]
    description: str
    category: str
    input_schema: Union[Dict[str, Any], bool] = Field(..., alias="inputSchema")
    output_schema: Union[Dict[str, Any], bool] = Field(..., alias="outputSchema")
    source: Optional[str] = None
    language: Union[Literal["javascript", "typescript"], str]
    modules: Optional[Dict[str, str]] = None
    main: Optional[str] = None
    grants: SkillGrants
    run_as: Optional[Union[Literal["owner"], str]] = Field(None, alias="runAs")
    timeout_seconds: int = Field(..., alias="timeoutSeconds")
    cpu_seconds: float = Field(..., alias="cpuSeconds")


class ShownSkillDefinition1(Model):
    runtime: Union[Literal["http"], str]
    description: str
    category: str
    input_schema: Union[Dict[str, Any], bool] = Field(..., alias="inputSchema")
    output_schema: Union[Dict[str, Any], bool] = Field(..., alias="outputSchema")
    url: str
    timeout_seconds: int = Field(..., alias="timeoutSeconds")


class ShownSkillDefinition2(Model):
    runtime: Union[Literal["builtin"], str]
    description: str
    category: str
    input_schema: Union[Dict[str, Any], bool] = Field(..., alias="inputSchema")
    output_schema: Union[Dict[str, Any], bool] = Field(..., alias="outputSchema")


class SignedUrl(Model):
    url: str
    method: Union[Literal["GET", "PUT"], str]
    expires_at: str = Field(..., alias="expiresAt")


class Skill(Model):
    name: str
    description: str
    category: str
    runtime: Union[Literal["javascript", "http", "builtin"], str]
    input_schema: Union[Dict[str, Any], bool] = Field(..., alias="inputSchema")
    output_schema: Union[Dict[str, Any], bool] = Field(..., alias="outputSchema")
    version: int
    hash: str
    aliases: Dict[str, int]
    revision: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")


class SkillAliasOrder(Model):
    version: int


class SkillDefinition_(Model):
    runtime: Union[Literal["javascript"], str]
    description: Optional[str] = None
    category: Optional[str] = None
    input_schema: Optional[Union[Dict[str, Any], bool]] = Field(None, alias="inputSchema")
    output_schema: Optional[Union[Dict[str, Any], bool]] = Field(None, alias="outputSchema")
    source: Optional[str] = None
    language: Optional[Union[Literal["javascript", "typescript"], str]] = None
    modules: Optional[Dict[str, str]] = None
    main: Optional[str] = None
    grants: Optional[SkillGrants] = None
    run_as: Optional[Union[Literal["owner"], str]] = Field(None, alias="runAs")
    timeout_seconds: Optional[int] = Field(None, alias="timeoutSeconds")
    cpu_seconds: Optional[float] = Field(None, alias="cpuSeconds")


class SkillDefinition1(Model):
    runtime: Union[Literal["http"], str]
    description: Optional[str] = None
    category: Optional[str] = None
    input_schema: Optional[Union[Dict[str, Any], bool]] = Field(None, alias="inputSchema")
    output_schema: Optional[Union[Dict[str, Any], bool]] = Field(None, alias="outputSchema")
    url: str
    timeout_seconds: Optional[int] = Field(None, alias="timeoutSeconds")


class SkillGrantsFilesItem(Model):
    tier: Union[Literal["private", "user", "shared"], str]
    prefix: str
    access: Union[Literal["read", "write"], str]


class SkillGrants(Model):
    http: List[str]
    secrets: List[str]
    files: List[SkillGrantsFilesItem]
    flags: List[str]
    skills: List[str]


class SkillRunError(Model):
    code: str
    message: str


class SkillRun(Model):
    id: str
    type: Union[Literal["skill", "workflow", "sync", "container"], str]
    skill: str
    version: str
    status: Union[Literal["queued", "running", "completed", "failed", "cancelled"], str]
    progress: float
    stage: str
    output: Any
    error: Optional[SkillRunError]
    created_at: str = Field(..., alias="createdAt")
    started_at: Optional[str] = Field(..., alias="startedAt")
    completed_at: Optional[str] = Field(..., alias="completedAt")


class SkillRunOrder(Model):
    input: Any = None
    alias: Optional[str] = None
    version: Optional[int] = None
    priority: Optional[int] = None
    delay_seconds: Optional[float] = Field(None, alias="delaySeconds")
    max_attempts: Optional[int] = Field(None, alias="maxAttempts")


class SkillSigningRotation(Model):
    overlap_seconds: Optional[int] = Field(None, alias="overlapSeconds")


class SkillSigningSecret(Model):
    signing_secret: str = Field(..., alias="signingSecret")


class SkillVersion(Model):
    name: str
    version: int
    hash: str
    runtime: Union[Literal["javascript", "http", "builtin"], str]
    description: str
    aliases: List[str]
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")


class SnapshotFlagEvaluation(Model):
    key: str
    enabled: bool
    value: Any
    variant: Optional[str]
    reason: Union[Literal["STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "STALE", "ERROR"], str]
    error_code: Optional[Union[Literal["FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL"], str]] = Field(..., alias="errorCode")
    error_message: str = Field(..., alias="errorMessage")
    metadata: Dict[str, Union[str, float, bool]]
    snapshot_id: str = Field(..., alias="snapshotId")


class SnapshotFlagEvaluations(Model):
    snapshot_id: str = Field(..., alias="snapshotId")
    evaluations: List[FlagEvaluation]


class Tenant(Model):
    id: str
    slug: str
    name: str
    plan: Union[Literal["free", "pro", "enterprise"], str]
    status: Union[Literal["active", "suspended", "pending_deletion"], str]
    logo_uri: Optional[str] = Field(..., alias="logoUri")
    color: Optional[str]
    settings: Dict[str, Any]
    erase_after: Optional[str] = Field(..., alias="eraseAfter")
    created_at: str = Field(..., alias="createdAt")
    updated_at: str = Field(..., alias="updatedAt")


class TenantPatch(Model):
    name: Optional[str] = None
    plan: Optional[Union[Literal["free", "pro", "enterprise"], str]] = None
    logo_uri: Optional[str] = Field(None, alias="logoUri")
    color: Optional[str] = None
    settings: Optional[Dict[str, Any]] = None


class TokenAnswer(Model):
    access_token: str
    token_type: Union[Literal["Bearer"], str]
    expires_in: int
    scope: str
    issued_token_type: Optional[str] = None
    refresh_token: Optional[str] = None
    id_token: Optional[str] = None


class TokenClaims(Model):
    rules: List[ClaimRule]
    version: int
    updated_at: Optional[str] = Field(..., alias="updatedAt")
    updated_by: Optional[str] = Field(..., alias="updatedBy")


class TokenClaimsReportSummary(Model):
    issuances: int
    unchanged: int
    changed: int
    denied: int
    allowed: int
    skipped: int
    failed: int


class TokenClaimsReport(Model):
    summary: TokenClaimsReportSummary
    notes: List[str]
    items: List[TriedIssuance]


class TokenClaimsTrial(Model):
    rules: Optional[List[ClaimRule]] = None
    app_id: Optional[str] = Field(None, alias="appId")
    policy: Optional[str] = None
    last: Optional[int] = None


class TokenPolicy(Model):
    enabled: bool
    defined: bool
    updated_at: Optional[str] = Field(..., alias="updatedAt")
    updated_by: Optional[str] = Field(..., alias="updatedBy")


class TriedIssuance(Model):
    at: str
    grant: Union[Literal["authorization_code", "refresh_token", "client_credentials"], str]
    app_id: str = Field(..., alias="appId")
    user_id: Optional[str] = Field(..., alias="userId")
    scopes: List[str]
    effect: Union[Literal["none", "changed", "denied", "allowed", "skipped"], str]
    skipped: Optional[str]
    before: Optional[TriedOutcome]
    after: Optional[TriedOutcome]


class TriedOutcome(Model):
    outcome: Union[Literal["issued", "denied", "failed"], str]
    message: Optional[str]
    access_token: Dict[str, Any] = Field(..., alias="accessToken")
    id_token: Dict[str, Any] = Field(..., alias="idToken")
    userinfo: Dict[str, Any]
    lifetime_seconds: Optional[int] = Field(..., alias="lifetimeSeconds")


class TriggerOwner(Model):
    type: Union[Literal["user", "app", "agent", "system"], str]
    id: str
    app_id: Optional[str] = Field(..., alias="appId")


class User(Model):
    id: str
    email: Optional[str]
    email_verified: bool = Field(..., alias="emailVerified")
    display_name: str = Field(..., alias="displayName")
    avatar_url: Optional[str] = Field(..., alias="avatarUrl")
    role: Union[Literal["owner", "admin", "member", "viewer"], str]
    status: Union[Literal["invited", "active", "suspended", "deactivated"], str]
    preferences: UserPreferences
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: Optional[str] = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: Optional[str] = Field(..., alias="updatedBy")


class UserExportOrder(Model):
    format: Optional[Union[Literal["jsonl", "csv"], str]] = None


class UserImportFault(Model):
    line: int
    member: str
    code: str
    message: str


class UserImportReport(Model):
    dry_run: bool = Field(..., alias="dryRun")
    rows: int
    imported: int
    faulty: int
    faults: List[UserImportFault]


class UserPatch(Model):
    display_name: Optional[str] = Field(None, alias="displayName")
    role: Optional[Union[Literal["owner", "admin", "member", "viewer"], str]] = None
    status: Optional[Union[Literal["active", "suspended", "deactivated"], str]] = None


class UserPreferences(Model):
    theme: Union[Literal["system", "light", "dark"], str]
    locale: Optional[str]
    notifications_enabled: bool = Field(..., alias="notificationsEnabled")


class UserRemoval(Model):
    id: str
    removed: bool
    belongings: List[Belonging]


class Userinfo(Model):
    sub: str
    name: Optional[str] = None
    picture: Optional[str] = None
    locale: Optional[str] = None
    updated_at: Optional[int] = None
    email: Optional[str] = None
    email_verified: Optional[bool] = None


class Webhook(Model):
    id: str
    url: str
    description: str
    types: List[str]
    status: Union[Literal["active", "paused"], str]
    paused_reason: Optional[Union[Literal["request", "gone", "failing"], str]] = Field(..., alias="pausedReason")
    failing_since: Optional[str] = Field(..., alias="failingSince")
    last_error: Optional[str] = Field(..., alias="lastError")
    previous_secret_until: Optional[str] = Field(..., alias="previousSecretUntil")
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")


class WebhookDelivery(Model):
    id: str
    type: str
    status: Union[Literal["pending", "delivered", "dead"], str]
    attempts: int
    next_attempt_at: Optional[str] = Field(..., alias="nextAttemptAt")
    last_status: Optional[int] = Field(..., alias="lastStatus")
    last_error: Optional[str] = Field(..., alias="lastError")
    created_at: str = Field(..., alias="createdAt")
    ended_at: Optional[str] = Field(..., alias="endedAt")


class WebhookPatch(Model):
    url: Optional[str] = None
    description: Optional[str] = None
    types: Optional[List[str]] = None
    status: Optional[Union[Literal["active", "paused"], str]] = None


class WebhookReplay(Model):
    replayed: int


class WebhookSecretRotation(Model):
    overlap_seconds: Optional[int] = Field(None, alias="overlapSeconds")


class WebhookTest(Model):
    delivered: bool
    status: Optional[int]
    error: Optional[str]
    duration_ms: int = Field(..., alias="durationMs")


class WebhookWithSecret(Model):
    id: str
    url: str
    description: str
    types: List[str]
    status: Union[Literal["active", "paused"], str]
    paused_reason: Optional[Union[Literal["request", "gone", "failing"], str]] = Field(..., alias="pausedReason")
    failing_since: Optional[str] = Field(..., alias="failingSince")
    last_error: Optional[str] = Field(..., alias="lastError")
    previous_secret_until: Optional[str] = Field(..., alias="previousSecretUntil")
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")
    secret: str


class WholeSkillVersion(Model):
    name: str
    version: int
    hash: str
    runtime: Union[Literal["javascript", "http", "builtin"], str]
    description: str
    aliases: List[str]
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    definition: ShownSkillDefinition


class WholeWorkflowRunError(Model):
    code: str
    message: str


class WholeWorkflowRunGraph(Model):
    mermaid: str
    svg: str


class WholeWorkflowRun(Model):
    id: str
    workflow: str
    status: Union[Literal["queued", "running", "completed", "failed", "cancelled"], str]
    input: Any
    output: Any
    error: Optional[WholeWorkflowRunError]
    created_at: str = Field(..., alias="createdAt")
    started_at: Optional[str] = Field(..., alias="startedAt")
    completed_at: Optional[str] = Field(..., alias="completedAt")
    workflow_id: Optional[str] = Field(..., alias="workflowId")
    version: Optional[int]
    steps: List[WorkflowRunStep]
    graph: Optional[WholeWorkflowRunGraph]


class WholeWorkflowVersion(Model):
    id: str
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    definition: WorkflowDefinition


class Workflow(Model):
    name: str
    description: str
    status: Union[Literal["active", "draft", "disabled"], str]
    trigger: WorkflowTrigger
    input_schema: Optional[Dict[str, Any]] = Field(None, alias="inputSchema")
    steps: List[WorkflowStep]
    output: Any = None
    timeout_seconds: int = Field(..., alias="timeoutSeconds")
    id: str
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")
    updated_at: str = Field(..., alias="updatedAt")
    updated_by: str = Field(..., alias="updatedBy")


class WorkflowApprovalOrder(Model):
    decision: Optional[Union[Literal["approve", "reject"], str]] = None
    comment: Optional[str] = None


class WorkflowCancelOrder(Model):
    reason: Optional[str] = None
    compensate: Optional[bool] = None


class WorkflowCancelled(Model):
    run: WorkflowRun
    compensation_job_id: Optional[str] = Field(..., alias="compensationJobId")


class WorkflowDefinition(Model):
    name: str
    description: str
    status: Union[Literal["active", "draft", "disabled"], str]
    trigger: WorkflowTrigger
    input_schema: Optional[Dict[str, Any]] = Field(None, alias="inputSchema")
    steps: List[WorkflowStep]
    output: Any = None
    timeout_seconds: int = Field(..., alias="timeoutSeconds")


class WorkflowDiff(Model):
    from_: int = Field(..., alias="from")
    to: int
    added: List[str]
    removed: List[str]
    changed: List[str]
    members: List[str]


class WorkflowHook(Model):
    url: str
    secret: str


class WorkflowHookRotation(Model):
    overlap_seconds: Optional[int] = Field(None, alias="overlapSeconds")


class WorkflowRetry(Model):
    max_attempts: int = Field(..., alias="maxAttempts")
    first_delay_seconds: float = Field(..., alias="firstDelaySeconds")
    max_delay_seconds: float = Field(..., alias="maxDelaySeconds")
    factor: float
    on: List[Union[Literal["timeout", "unreachable", "status", "failed", "template", "limit", "denied", "expired", "secrets"], str]]


class WorkflowRunError(Model):
    code: str
    message: str


class WorkflowRun(Model):
    id: str
    workflow: str
    status: Union[Literal["queued", "running", "completed", "failed", "cancelled"], str]
    input: Any
    output: Any
    error: Optional[WorkflowRunError]
    created_at: str = Field(..., alias="createdAt")
    started_at: Optional[str] = Field(..., alias="startedAt")
    completed_at: Optional[str] = Field(..., alias="completedAt")


class WorkflowRunStepError(Model):
    code: str
    message: str


class WorkflowRunStep(Model):
    id: str
    type: str
    status: Union[Literal["pending", "running", "waiting", "succeeded", "failed", "skipped"], str]
    attempt: int
    output: Any
    error: Optional[WorkflowRunStepError]
    due_at: Optional[str] = Field(..., alias="dueAt")
    started_at: Optional[str] = Field(..., alias="startedAt")
    ended_at: Optional[str] = Field(..., alias="endedAt")


class WorkflowStep_(Model):
    type: Union[Literal["skill"], str]
    id: str
    depends_on: List[str] = Field(..., alias="dependsOn")
    condition: Optional[str] = None
    on_error: Union[Literal["fail", "continue", "compensate"], str] = Field(..., alias="onError")
    retry: WorkflowRetry
    timeout_seconds: int = Field(..., alias="timeoutSeconds")
    undo: Optional[WorkflowUndo] = None
    skill: str
    input: Any = None


class WorkflowStep1(Model):
    type: Union[Literal["webhook"], str]
    id: str
    depends_on: List[str] = Field(..., alias="dependsOn")
    condition: Optional[str] = None
    on_error: Union[Literal["fail", "continue", "compensate"], str] = Field(..., alias="onError")
    retry: WorkflowRetry
    timeout_seconds: int = Field(..., alias="timeoutSeconds")
    undo: Optional[WorkflowUndo] = None
    url: str
    method: Union[Literal["POST", "PUT", "PATCH", "DELETE", "GET"], str]
    body: Any = None
    secret: Optional[str] = None


class WorkflowStep2(Model):
    type: Union[Literal["workflow"], str]
    id: str
    depends_on: List[str] = Field(..., alias="dependsOn")
    condition: Optional[str] = None
    on_error: Union[Literal["fail", "continue", "compensate"], str] = Field(..., alias="onError")
    retry: WorkflowRetry
    timeout_seconds: int = Field(..., alias="timeoutSeconds")
    undo: Optional[WorkflowUndo] = None
    workflow: str
    input: Any = None


class WorkflowStep3(Model):
    type: Union[Literal["wait"], str]
    id: str
    depends_on: List[str] = Field(..., alias="dependsOn")
    condition: Optional[str] = None
    on_error: Union[Literal["fail", "continue", "compensate"], str] = Field(..., alias="onError")
    seconds: Optional[float] = None
    until: Optional[str] = None


class WorkflowStep4CasesItem(Model):
    when: str
    steps: List[str]


class WorkflowStep4(Model):
    type: Union[Literal["switch"], str]
    id: str
    depends_on: List[str] = Field(..., alias="dependsOn")
    condition: Optional[str] = None
    on_error: Union[Literal["fail", "continue", "compensate"], str] = Field(..., alias="onError")
    cases: List[WorkflowStep4CasesItem]
    default: List[str]


class WorkflowStep5(Model):
    type: Union[Literal["approval"], str]
    id: str
    depends_on: List[str] = Field(..., alias="dependsOn")
    condition: Optional[str] = None
    on_error: Union[Literal["fail", "continue", "compensate"], str] = Field(..., alias="onError")
    role: Union[Literal["owner", "admin", "member", "viewer"], str]
    expires_seconds: int = Field(..., alias="expiresSeconds")
    message: Optional[str] = None


class WorkflowTrigger_(Model):
    type: Union[Literal["manual"], str]


class WorkflowTrigger1(Model):
    type: Union[Literal["schedule"], str]
    cron: str
    timezone: str
    input: Any = None


class WorkflowTrigger2(Model):
    type: Union[Literal["event"], str]
    event: str
    subject: Optional[str] = None


class WorkflowTrigger3(Model):
    type: Union[Literal["webhook"], str]


class WorkflowTriggerOrder(Model):
    input: Any = None


class WorkflowTriggerState(Model):
    type: Union[Literal["manual", "schedule", "event", "webhook"], str]
    status: Union[Literal["active", "paused", "off"], str]
    pause_reason: Optional[str] = Field(..., alias="pauseReason")
    owner: Optional[TriggerOwner]
    pending_owner: Optional[NewTriggerOwner] = Field(..., alias="pendingOwner")


class WorkflowTriggered(Model):
    job_id: str = Field(..., alias="jobId")


class WorkflowUndo_(Model):
    type: Union[Literal["skill"], str]
    skill: str
    input: Any = None


class WorkflowUndo1(Model):
    type: Union[Literal["webhook"], str]
    url: str
    method: Union[Literal["POST", "PUT", "PATCH", "DELETE", "GET"], str]
    body: Any = None
    secret: Optional[str] = None


class WorkflowVerdictErrorsItem(Model):
    pointer: str
    code: str
    message: str


class WorkflowVerdict(Model):
    is_valid: bool = Field(..., alias="isValid")
    errors: List[WorkflowVerdictErrorsItem]
    definition: Optional[WorkflowDefinition]


class WorkflowVersion(Model):
    id: str
    version: int
    created_at: str = Field(..., alias="createdAt")
    created_by: str = Field(..., alias="createdBy")


ClaimSource = Union[ClaimSource_, ClaimSource1, ClaimSource2, ClaimSource3]
ClientMetadata = Dict[str, Any]
MaskingStrategy = Union[Literal["redact", "mask", "tokenise", "hash", "format", "encrypt"], str]
OfrepEvaluation = Union[OfrepEvaluation_, OfrepEvaluation1]
ShownSkillDefinition = Union[ShownSkillDefinition_, ShownSkillDefinition1, ShownSkillDefinition2]
SkillDefinition = Union[SkillDefinition_, SkillDefinition1]
WorkflowStep = Union[WorkflowStep_, WorkflowStep1, WorkflowStep2, WorkflowStep3, WorkflowStep4, WorkflowStep5]
WorkflowTrigger = Union[WorkflowTrigger_, WorkflowTrigger1, WorkflowTrigger2, WorkflowTrigger3]
WorkflowUndo = Union[WorkflowUndo_, WorkflowUndo1]

for _model in list(globals().values()):
    if isinstance(_model, type) and issubclass(_model, Model) and _model is not Model:
        _model.model_rebuild()
