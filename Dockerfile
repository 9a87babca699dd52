# syntax=docker/dockerfile:1
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# The operator's image: a release build with Swift's libraries inside, on a Debian that has libcurl and nothing else added.
# Builder and runtime are the same release of Debian, because the program links its libc and libcurl.

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev libssl-dev zlib1g-dev libseccomp-dev libsqlite3-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies first, so that a change of sources does not fetch them anew.
COPY Package.swift Package.resolved* ./
RUN swift package resolve
COPY . .
RUN swift build -c release --static-swift-stdlib --product agenttask-operator \
    && mkdir /out \
    && strip --strip-debug -o /out/agenttask-operator \
        "$(swift build -c release --static-swift-stdlib --show-bin-path)/agenttask-operator"

FROM debian:bookworm-slim
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="agenttask-operator" \
    org.opencontainers.image.description="Runs AgentTasks, programs that AI agents wrote, in isolated pods" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.vendor="AgentTask Authors" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
# What the program links, by hack/check-runtime.sh: libcurl brings OpenSSL, zlib and HTTP/2.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4 libgcc-s1 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY LICENSE /usr/share/doc/agenttask-operator/LICENSE
COPY --from=build /out/agenttask-operator /usr/local/bin/agenttask-operator
# A number, so that the kubelet can see that it is not root.
USER 65532:65532
EXPOSE 8080 8081 9443
ENTRYPOINT ["/usr/local/bin/agenttask-operator"]
