# One image for every role. To build it: docker build -t userstream .
# docs/deploying.md says how to run it, and scripts/lib/node-release.mjs why it is this Node.
FROM node:24.21.0-trixie-slim AS node
WORKDIR /app

FROM node AS build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json .swcrc ./
COPY src ./src
RUN npm run build

# No package's own install script runs: what is native (SQLite) comes as a binary inside its package. Nothing optional,
# since all there is of it is the TypeScript compiler, which npm takes for a peer of the API's docs.
FROM node AS packages
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node
LABEL org.opencontainers.image.title="Userstream" \
      org.opencontainers.image.description="Streams people from a source into a durable log and from the log into a table" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
# What installs packages has nothing to do in a container that runs. Only /data may be written to.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-v* \
 && install --directory --owner=1000 --group=1000 --mode=700 /data
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The modes are named because those of a clone depend on its user's umask.
COPY --chmod=644 package.json LICENSE ./

# All addresses, since a published port does not reach a container's loopback. That is why a process with the admin role
# asks for a key here: without ADMIN_API_KEY, or ADMIN_API_KEY_FILE, it says so and ends with exit code 2.
ENV NODE_ENV=production \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=3000 \
    DATA_DIR=/data
EXPOSE 3000
VOLUME /data
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.HTTP_PORT + '/health/live', { signal: AbortSignal.timeout(4000) }).then(({ status }) => { console.log(status); process.exit(status === 200 ? 0 : 1); }, (error) => { console.log(String(error.cause ?? error)); process.exit(1); })"]
ENTRYPOINT ["node", "dist/main.js"]
