# One image for every role; ROLE selects the role (default: all). test/architecture/dockerfile.e2e-spec.ts replays these steps without a
# Docker engine, so use only instructions that it supports.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY rego/package.json rego/
COPY sdk/package.json sdk/
COPY sdk-react/package.json sdk-react/
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY migrations migrations
COPY rego/tsconfig.json rego/tsconfig.build.json rego/
COPY rego/src rego/src
COPY src src
COPY proto proto
COPY docs docs
RUN npm run build
# The image does not need the Node that the lock file pins (190 MB; the base image already contains Node 24), TypeScript (24 MB) and
# Swagger UI (12 MB), which npm keeps for unused parts of @nestjs/swagger, or the repository's own packages.
# The embedded PostgreSQL (60 MB) stays, so that you can try the image with one `docker run` and no database.
RUN npm prune --omit=dev && \
  rm -rf node_modules/node-linux-* node_modules/typescript node_modules/swagger-ui-dist node_modules/.bin node_modules/@cpod \
    node_modules/@coresdk dist/bundle/.built-from && \
  find dist/bundle -name '*.map' -delete

FROM node:24-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/var/lib/coresdk
WORKDIR /app
# 1000 is the base image's user "node". The user is a number, because Kubernetes cannot verify that a user name is not root.
RUN mkdir -p /var/lib/coresdk && chown 1000:1000 /var/lib/coresdk
COPY package.json LICENSE ./
# Runs as `npx coresdk` in the image.
COPY scripts/coresdk.mjs scripts/
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/bundle dist/bundle
COPY --from=build /app/dist/docs dist/docs
COPY proto proto
COPY policies policies
VOLUME /var/lib/coresdk
USER 1000:1000
EXPOSE 8000 8080 50051 9091
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT || 9091}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--preserve-symlinks", "--max-semi-space-size=32", "--heap-growing-percent=75", "dist/bundle/src/main.js"]
